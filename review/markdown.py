"""A report as a comment on a pull request: what matters most first, within GitHub's limit, and nothing in it rendered.

Whatever comes from a name or a message stands in a code span: there, GitHub neither renders, nor notifies anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from review.changes import Change, FieldChange, text
from review.cost import NAMES, Cost, prices
from review.losses import LOST, Loss, before_of
from review.marking import SHOWN, WIDTH, Section, arrow, code, fitted, prose, quoted, safe, several, word
from review.meaning import label, meaning, number
from review.paged import Paged
from review.people import Told
from review.report import Report
from review.resources import ResourceChange, kind_of
from review.shortening import pair
from review.steps import VENDORS

TITLES = 4
SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "±"}


def markdown(report: Report, commit: str = "") -> str:
    """The comment, at most 60,000 characters."""
    said = f" commit={commit}" if re.fullmatch("[0-9a-f]{7,40}", commit) else ""
    yes = f" needs-yes={report.agreement()}" if report.agreement() else ""
    head = [f"<!-- monitoring-review{said}{yes} -->"]
    head += [f"### Monitoring: {verdict(report)}", ""]
    if report.empty:
        return "\n".join([*head, *remarks(report)]).rstrip() + "\n"
    return fitted(head, [section for section in sections(report) if section.lines])


def verdict(report: Report) -> str:
    """One line: what goes, who hears less, and how much more there is."""
    if report.empty:
        return "No changes"
    parts = []
    losses = report.losses()
    removed = [change for change, _ in report.merged if change.what == "removed"]
    for kind in dict.fromkeys(("product", *(change.kind for change in removed))):
        names = [change.name for change in removed if change.kind == kind]
        parts += [_counted(names, kind, "removed")] if names else []
    lost = [loss for loss in losses if loss.after != "none" and loss.kind not in ("receiver", "environment")]
    parts += [_counted([loss.name for loss in lost], "part", "replaced or renamed, with history lost")] if lost else []
    fewer = sorted({loss.name.partition(": ")[2] for loss in losses if loss.kind == "receiver"})
    parts += (
        [f"{', '.join(map(code, fewer[:3]))} {'is' if len(fewer) == 1 else 'are'} notified of less"] if fewer else []
    )
    settings = [loss.name for loss in losses if loss.kind == "environment"]
    parts += [f"environment: {', '.join(map(code, dict.fromkeys(settings)))} changed"] if settings else []
    rest = sum(change.what != "removed" and change.kept for change, _ in report.merged)
    parts += [f"{rest} {'more ' if parts else ''}change{'s' if rest != 1 else ''}"] if rest else []
    if report.unexplained:
        count = len(report.unexplained)
        parts.append(f"{count} resource{'s' if count > 1 else ''} changed without a declared reason")
    return ", ".join(parts) or f"{sum(len(stack.resources) for stack in report.stacks)} resources changed"


def _counted(names: Sequence[str], kind: str, what: str) -> str:
    one = f" ({code(names[0])})" if len(names) == 1 else ""
    return f"{len(names)} {word(kind)}{'s' if len(names) > 1 else ''} {what}{one}"


def sections(report: Report) -> Iterator[Section]:
    """All there is to say in the order of weight; lines are Markdown, but of what is folded plain text."""
    alerts = [
        (change, stacks)
        for change, stacks in report.merged
        if change.kind in ("alert", "severity") and change.what != "removed"
    ]
    boards = [
        (change, stacks) for change, stacks in report.merged if change.kind == "dashboard" and change.what != "removed"
    ]
    checks = [
        (change, stacks) for change, stacks in report.merged if change.kind == "check" and change.what != "removed"
    ]
    shown = {id(change) for each in (alerts, boards, checks) for change, _ in each}
    rest = [
        (change, stacks) for change, stacks in report.merged if id(change) not in shown and change.what != "removed"
    ]
    losses = report.losses()
    yield Section(f"Needs a person's yes ({len(losses)})", [_loss(each) for each in losses])
    yield Section("Who is notified", [_told(row) for stack in report.stacks for row in stack.told])
    yield Section("No longer watched", [_uncovered(*each) for each in report.uncovered()])
    yield Section("Alerts and severities", [_change(report, *each) for each in sorted(alerts, key=_weight)])
    yield Section("Pages on recorded data", [line for each in report.paged for line in _paged(each)])
    yield Section("New receivers, exceptions, permissions", [*_new(report)])
    yield Section("Dashboards", [_change(report, *each) for each in boards])
    yield Section("Checks", [_change(report, *each) for each in sorted(checks, key=_weight)])
    yield Section("Other parts", [_change(report, *each) for each in rest])
    yield Section("Changed without a declared reason", [_resource(each) for each in report.unexplained])
    yield Section("Cost a month", [*_costs(report)])
    yield Section("Remarks", [*remarks(report)])
    yield Section("Everything that changes in the vendors", [*_everything(report)], folded=True)


def _weight(pair: tuple[Change, tuple[str, ...]]) -> tuple[int, str, str]:
    """Renamed with a loss, then quieter, other people, louder; text last."""
    change = pair[0]
    effects = ("blind", "quieter", "other people", "louder", "costs", "other", "text")
    found = [effects.index(meaning(change, each).effect) for each in change.fields]
    return (-1 if not change.kept else min(found, default=5), change.product, change.name)


def _where(report: Report, stacks: Sequence[str], change: Change | None = None) -> str:
    if len(stacks) == len(report.stacks):
        return word(", ".join(stacks))
    others = [stack for stack in report.stacks if stack.name not in stacks]
    why = [reason for stack in others if change and (reason := _no_effect(stack.after.environment, change))]
    told = "; ".join(
        f"not {word(stack.name)}{f': {reason}' if reason else ''}"
        for stack, reason in zip(others, [*why, ""] * 2, strict=False)
    )
    return f"{word(', '.join(stacks))} ({told})"


def _no_effect(environment: object, change: Change) -> str:
    settings = environment if isinstance(environment, dict) else {}
    fields = {each.field for each in change.fields}
    if (
        fields & {"tell", "tells", "escalate_to", "escalates"}
        and settings.get("notify", "as-declared") != "as-declared"
    ):
        return f"everything goes to {code(settings['notify'])} there"
    least = text(settings.get("probe-at-most-every"))
    wanted = [number(field.after) for field in change.fields if field.field == "every"]
    if least and all(each is not None and (number(least) or 0) >= each for each in wanted) and wanted:
        return f"probes every {code(least)} at most there"
    return ""


def _loss(loss: Loss) -> str:
    of = f" of {code(loss.product)}" if loss.product not in ("", loss.name) else ""
    what = f"**{code(loss.name)}** ({word(loss.kind)}{of})"
    goes = f": {code(loss.goes) if loss.kind == 'receiver' else prose(loss.goes)}" if loss.goes else ""
    return f"- {what} {arrow(loss.before, loss.after)}{goes} · {word(', '.join(loss.stacks))}"


def _told(row: Told) -> str:
    names = [f"{word} {several(each)}" for word, each in (("no longer", row.lost), ("now also", row.gained)) if each]
    direction = "more" if row.after > row.before else "less" if row.after < row.before else "other alerts"
    return (
        f"- {code(row.receiver)} hears {direction} of {code(row.product)} {code(row.severity)}: "
        f"{row.before} → {row.after} alerts; {'; '.join(names)} · {word(row.stack)}"
    )


def _paged(paged: Paged) -> Iterator[str]:
    """How often each receiver is woken a week, and what becomes of each alert for which that differs."""
    stack = word(paged.stack)
    for name, before, after in paged.receivers:
        over = " — **more than the budget**" if after > paged.budget else ""
        how_often = f"{before:.1f} → {after:.1f} pages a week, of {paged.budget}{over}"
        yield f"- {code(name)} {'woken as often' if before == after else 'woken'}: {how_often} · {stack}"
    for name, was, fires in paged.alerts:
        yield f"- {code(name)} {arrow(was or 'not declared', fires or 'not declared')} · {stack}"
    same = "" if paged.alerts else "; no alert fires differently"
    yield f"- {prose(f'{paged.about}{same}')} · {stack}"


def _uncovered(change: Change, stacks: tuple[str, ...], instead: str) -> str:
    rest = f"still watched by {code(instead)}" if instead else "**nothing else watches it**"
    what = f"{code(change.product)} {word(change.kind)} {code(change.name)}"
    return f"- {what}: {code(before_of(change))} → none; {rest} · {word(', '.join(stacks))}"


def _change(report: Report, change: Change, stacks: tuple[str, ...]) -> str:
    who = f"{code(change.product)} {word(change.kind)} **{code(change.name)}**"
    where = _where(report, stacks, change)
    fields = "; ".join(_field(change, each) for each in change.fields[:SHOWN])
    fields += f"; and {len(change.fields) - SHOWN} more fields" if len(change.fields) > SHOWN else ""
    if change.what == "added":
        new = Change("", "", change.kind, change.name, "added", old=change.new)
        return f"- new: {who} none → {code(before_of(new))} · {where}"
    if change.what == "renamed":
        kept = (
            "history kept"
            if change.kept
            else f"**history lost** ({LOST.get(change.kind, 'its history')}): write {quoted(change.was)}"
        )
        return f"- renamed: {who} {arrow(change.was, change.name)}: {kept}{f'; {fields}' if fields else ''} · {where}"
    effects = [meaning(change, each).effect for each in change.fields]
    tone = next((f"{each}: " for each in ("blind", "quieter", "other people", "louder") if each in effects), "")
    return f"- {tone}{who} {fields} · {where}"


def _field(change: Change, field: FieldChange) -> str:
    said = meaning(change, field).said
    name = label(field.field)
    shown = f"panel {code(name.removeprefix('panel '))}" if field.field.startswith("panel ") else word(name)
    # A receiver is a name with an @ in it as often as not.
    return f"{shown} {arrow(field.before, field.after)}{f' ({safe(said)})' if said else ''}"


def _new(report: Report) -> Iterator[str]:
    for where, product, receiver in report.new_receivers():
        yield f"- new receiver: {code(receiver)} of {code(product)}: none → notified · {word(where)}"
    for stacks, product, part, old, new in report.exceptions():
        sign = "new exception" if new else "exception is gone"
        yield f"- {sign}: {code(product)} {code(part)} {arrow(old, new)} · {word(', '.join(stacks))}"
    for stack in report.stacks:
        for kind in stack.new_types:
            what = f"{VENDORS.get(kind.partition(':')[0], '')} {word(kind_of(kind))}"
            yield f"- permission: {what} none → some; the credentials must allow changing these · {word(stack.name)}"
        for key, before, after in stack.environment:
            yield f"- environment {code(key)} {arrow(before, after)} · {word(stack.name)}"


def _costs(report: Report) -> Iterator[str]:
    for stack in report.stacks:
        for cost in stack.costs:
            if cost.before != cost.after or cost.over:
                yield _cost(cost)
    changed = [cost for stack in report.stacks for cost in stack.costs if cost.before != cost.after]
    if not changed:
        yield "- no billed quantity changes"
    unknown = sorted({cost.what for cost in changed if cost.money is None})
    for what in unknown:
        yield f"- no price is known for {NAMES[what]}: {prices()[what].why} (review/prices.toml)"
    missing = sorted({tag for cost in changed for tag in cost.unstated})
    if missing:
        yield f"- counted as one value each, as their number isn't stated: {several(missing)}"


def _cost(cost: Cost) -> str:
    money = f" ($ {cost.money[0]:,.2f} → $ {cost.money[1]:,.2f} by list price)" if cost.money else ""
    budget = (
        f", of a budget of {cost.budget:,}{' — **exceeded**' if cost.over else ''}" if cost.budget is not None else ""
    )
    grew = ", ".join(f"{code(name)} {before:,} → {after:,}" for name, before, after in cost.grew[:TITLES])
    more = f" and {len(cost.grew) - TITLES} more" if len(cost.grew) > TITLES else ""
    why = f"; grew: {grew}{more}" if grew else ""
    return f"- {cost.name}: {cost.before:,} → {cost.after:,}{money}{budget}{why} · {word(cost.stack)}"


def remarks(report: Report) -> Iterator[str]:
    """What stops nothing."""
    yield from (f"- {prose(each)}" for each in report.findings)


def _resource(each: ResourceChange) -> str:
    differs = "; ".join(f"{code(path)} {arrow(before, after, 60)}" for path, before, after in each.differences[:TITLES])
    more = f" and {len(each.differences) - TITLES} more" if len(each.differences) > TITLES else ""
    # A sign at the beginning of an item would begin another list.
    what = f"{code(SIGNS[each.step.op])} {each.step.vendor} {word(each.kind)} {code(each.step.name)}"
    return f"- {what}: {differs or each.step.op}{more} · {word(each.stack)}"


def _everything(report: Report) -> Iterator[str]:
    """Deletes first; every value that differs, a line each."""
    order = ("delete", "replace", "update", "create")
    everything = [each for stack in report.stacks for each in stack.resources]
    for each in sorted(everything, key=lambda each: (order.index(each.step.op), each.step.product, each.step.name)):
        step = each.step
        yield f"{SIGNS[step.op]} {each.stack} {step.product}: {step.vendor} {each.kind} {step.name}"
        for path, before, after in each.differences:
            one, other = pair(before, after, WIDTH)
            yield f"    {path}: {one} -> {other}"
