"""What a changed field means for whoever is told: later or earlier, other people, blind, or only text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from review.changes import Change, Facts, FieldChange, text

Effect = Literal["blind", "quieter", "other people", "louder", "costs", "other", "text"]

# As a person says it; a field of a product file that isn't here is called what it is called there.
LABELS = {
    "critical": "threshold",
    "over": "window",
    "lasting": "for",
    "by": "split by",
    "at_least": "traffic gate",
    "warn": "warns at",
    "clear": "clears at",
    "tell": "tells",
    "answer_within": "answer within",
    "remind_every": "reminds every",
    "escalate_after": "escalates after",
    "escalate_to": "escalates to",
    "at_most_every": "at most every",
    "at_most_daily": "events a day at most",
}
SECONDS = {"ms": "0.001", "second": "1", "minute": "60", "hour": "3600", "day": "86400"}
SCALE = {**SECONDS, "%": "0.01", "": "1", "per second": "1", "bytes": "1", "MiB": str(2**20), "GiB": str(2**30)}
# More of it: fires later, or less often.
QUIETER_WHEN_MORE = (
    "lasting",
    "at_least",
    "rounds",
    "failures",
    "deviations",
    "at_most_every",
    "spending",
)
# Of a check: what nobody is told any more once it is taken out.
BLIND = {
    "if_silent": "nobody is notified when it is no longer probed",
    "if_certificate_ends": "nobody is notified before its certificate expires",
}
TEXTS = ("summary", "runbook", "about", "title", "names")


class Meaning(NamedTuple):
    """A sentence without a full stop, and what kind of change it is."""

    said: str
    effect: Effect


def label(field: str) -> str:
    """How a field is called in a report."""
    return LABELS.get(field, field.replace("_", " "))


def number(shown: str | None) -> Decimal | None:
    """The plain number of a quantity as it is written in a declaration: `5 %`, `10 minutes`; None for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?(.*)", shown or "")
    unit = found and (found[2] if found[2] in SCALE else found[2].removesuffix("s"))
    return Decimal(found[1]) * Decimal(SCALE[unit]) if found and unit in SCALE else None


def more(field: FieldChange) -> bool | None:
    """Whether the value grew; None where it can't be compared."""
    before, after = number(field.before), number(field.after)
    return None if before is None or after is None else after > before


def meaning(change: Change, field: FieldChange) -> Meaning:
    """What the change of one field leads to."""
    if field.field.startswith("panel"):
        return Meaning("", "other")
    if field.field == "was":
        return Meaning("its former name", "text")
    if field.field in TEXTS:
        return Meaning("text only", "text")
    told = {"alert": _of_alert, "severity": _of_severity, "objective": _of_objective, "check": _of_check}
    return told.get(change.kind, _of_other)(change, field)


def _instead(field: FieldChange) -> str:
    return f"{field.after} instead of {field.before}"


def _of_alert(change: Change, field: FieldChange) -> Meaning:
    new = change.new or {}
    grew = more(field)
    if field.field == "critical" and field.before and field.after:
        above = new.get("sense") != "below"
        effect: Effect = "other" if grew is None else "quieter" if grew == above else "louder"
        when = {"quieter": ", later than before", "louder": ", earlier than before"}.get(effect, "")
        return Meaning(f"fires {'at' if above else 'below'} {_instead(field)}{when}", effect)
    if field.field == "severity":
        people = _people(change.old or {}, new)
        return Meaning(people or "the same people are notified", "other people" if people else "other")
    if field.field in ("tells", "escalates"):
        return Meaning(_people(change.old or {}, new), "other people")
    if field.field in QUIETER_WHEN_MORE or (field.field == "lasting" and not (field.before and field.after)):
        later = grew if grew is not None else field.before is None
        return Meaning(
            "fires later or less often" if later else "fires earlier or more often", "quieter" if later else "louder"
        )
    if field.field == "over":
        return Meaning(f"looks at {field.after} instead of {field.before}", "other")
    if field.field in ("warn", "clear", "sense"):
        return Meaning("", "other")
    return (
        Meaning("watches something else", "other")
        if field.field in ("signal", "condition", "of", "check")
        else Meaning("", "other")
    )


def _people(old: Facts, new: Facts) -> str:
    """Who is no longer told, and who is told from now on."""
    before, after = (list(side.get("tells", [])) for side in (old, new))
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    parts = [f"no longer notifies {', '.join(gone)}" if gone else "", f"now notifies {', '.join(come)}" if come else ""]
    return "; ".join(part for part in parts if part)


def _of_severity(change: Change, field: FieldChange) -> Meaning:
    if field.field in ("tell", "escalate_to"):
        old, new = change.old or {}, change.new or {}
        return Meaning(
            _people({"tells": old.get(field.field, [])}, {"tells": new.get(field.field, [])}), "other people"
        )
    if field.field == "remind_every":
        # None of both: nobody is reminded.
        seldom = grew if (grew := more(field)) is not None else field.after is None
        return Meaning("reminds less often" if seldom else "reminds more often", "quieter" if seldom else "louder")
    return Meaning("", "other")


def _of_objective(change: Change, field: FieldChange) -> Meaning:
    if field.field != "target":
        return Meaning("", "other")
    period = text((change.new or {}).get("period")) or ""
    before, after = (_budget(shown, period) for shown in (field.before, field.after))
    effect: Effect = "quieter" if more(field) is False else "louder"
    return (
        Meaning(f"the budget is {after} instead of {before} in {period}", effect)
        if before and after
        else Meaning("", effect)
    )


def _budget(target: str | None, period: str) -> str:
    share, length = number(target), number(period)
    if share is None or length is None:
        return ""
    minutes = (1 - share) * length / 60
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"  # noqa: PLR2004


def _of_check(change: Change, field: FieldChange) -> Meaning:
    if field.field in BLIND and field.after is None:
        return Meaning(BLIND[field.field], "blind")
    runs = [text((side or {}).get("executions")) for side in (change.old, change.new)]
    if field.field in ("every", "from") and None not in runs:
        grew = int(runs[1] or 0) > int(runs[0] or 0)
        said = f"{int(runs[0] or 0):,} -> {int(runs[1] or 0):,} executions a month"
        return Meaning(said, "costs" if grew else "quieter")
    return Meaning("", "other")


def _of_other(_change: Change, field: FieldChange) -> Meaning:
    grew = more(field)
    return Meaning("", "costs" if grew and field.field in ("at_most_daily", "keep") else "other")
