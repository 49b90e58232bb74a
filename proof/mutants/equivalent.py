"""Mutants that nothing can tell from what ships, each with the reason; one that explains nothing is an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proof.datadog import judge as datadog
from proof.datadog.states import comparison
from proof.mutants.mutant import Mutant
from proof.sentry import judge as sentry


@dataclass(frozen=True)
class Equivalent:
    """Which mutants, by what is true of them, and why they do the same as what ships."""

    name: str
    reason: str
    of: Callable[[Mutant], bool]


def _one_priority(mutant: Mutant) -> bool:
    watched = mutant.watched
    if not isinstance(watched, sentry.Watched) or not mutant.change.setting.startswith("issuePriority"):
        return mutant.change.setting == "condition" and mutant.change.before.startswith("issuePriority")
    return len({result for each in watched.alert.monitors for _, _, result in _levels(watched, each) if result}) == 1


def _levels(watched: sentry.Watched, identity: str) -> Sequence[tuple[str, float, int]]:
    monitor = watched.declared.monitors.get(identity)
    return monitor.levels if monitor else ()


def _once_per_issue(mutant: Mutant) -> bool:
    watched = mutant.watched
    return (
        isinstance(watched, sentry.Watched)
        and mutant.change.setting == "frequencyMinutes"
        and watched.alert.triggers == {"new"}
    )


def _behind_a_gate(mutant: Mutant) -> bool:
    """A part of a composite, of which another is how many events there have to be in the same window."""
    watched = mutant.watched
    if not isinstance(watched, datadog.Watched) or mutant.change.setting != "onMissingData":
        return False
    gates = [each for each in watched.declared.parts(watched.monitor) if comparison(each) in (">=", ">")]
    return any(each.name.endswith("-traffic") for each in gates)


def _kept_by_the_index(mutant: Mutant) -> bool:
    """A term of a log search that the index has as well."""
    watched = mutant.watched
    if not isinstance(watched, datadog.Watched) or mutant.change.setting != "search":
        return False
    indexes = [each for name, each in watched.declared.indexes.items() if f'index("{name}")' in watched.monitor.text]
    return bool(indexes) and all(mutant.change.before in each.takes.split() for each in indexes)


def _none_is_within(mutant: Mutant) -> bool:
    """A count above a limit, of which nothing is evaluated as zero."""
    watched, change = mutant.watched, mutant.change
    return (
        isinstance(watched, datadog.Watched)
        and (change.setting, change.before, change.after) == ("onMissingData", "default", "resolve")
        and watched.monitor.counts
        and comparison(watched.monitor) == ">"
    )


EQUIVALENT = (
    Equivalent(
        "priority of a monitor with one",
        "the metric monitor gives its issue one priority only, so every breach reaches the least that is asked for",
        _one_priority,
    ),
    Equivalent(
        "highest level",
        "Sentry has no level above fatal, so at least fatal and fatal are the same",
        lambda it: it.vendor == "sentry" and it.change.setting.startswith("level 50") and it.change.after == "eq",
    ),
    Equivalent(
        "missing data behind a gate",
        "a gate closes before its window is empty, which ends the composite; what its parts do after that changes nothing",
        _behind_a_gate,
    ),
    Equivalent(
        "search that the index repeats",
        "the log index takes nothing but lines with this term, so the search needn't ask for it",
        _kept_by_the_index,
    ),
    Equivalent(
        "nothing is zero",
        "by default a count of nothing is zero, which is within the limit: it ends the alert, as resolving does",
        _none_is_within,
    ),
    Equivalent("frequency of what is new", "an issue is new once, so nothing is told twice anyway", _once_per_issue),
)


def reason_for(mutant: Mutant) -> Equivalent | None:
    """Why a mutant that survives can't be told from what ships; None where nobody has said."""
    return next((each for each in EQUIVALENT if each.of(mutant)), None)
