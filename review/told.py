"""A preview, or what an `up` did, for whoever sits at the terminal: by product, then vendor, what goes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from review.changes import Change, FieldChange, sides
from review.losses import LOST, before_of
from review.meaning import label, meaning
from review.report import Stack, review
from review.resources import ResourceChange
from review.shortening import pair
from review.steps import Plan, name_of

COLORS = {"-": "31", "+": "32", "~": "33", "±": "31", ">": "36"}
SIGNS = {
    "removed": "-",
    "added": "+",
    "changed": "~",
    "renamed": ">",
    "create": "+",
    "update": "~",
    "delete": "-",
    "replace": "±",
}
ORDER = ("-", "±", ">", "~", "+")
SHOWN = 6
WIDTH = 100


def told(
    plan: Plan, product: str = "", losses: str = "", *, done: AbstractSet[str] | None = None, color: bool = False
) -> str:
    """The text. `losses`: what can't be had back. `done`: of an `up`, the URNs that the engine came to the end of."""
    before, after = sides(plan)
    stack = review(plan, before, after)
    shown = [each for each in stack.resources if not product or each.step.product == product]
    hidden = len(stack.resources) - len(shown)
    lines: list[str] = []
    if losses:
        lines += ["This would irrecoverably delete:", losses, "`up` does it only with DELETE=yes.", ""]
    lines += _unsaid(stack, product)
    lines += _environment(stack)
    names = {each.step.product for each in shown} | {change.product for change in stack.changes}
    for name in sorted(name for name in names if not product or name == product):
        lines += [_painted(line, color=color) for line in _of_product(stack, name, shown)]
        lines.append("")
    lines.append(_summary(plan, shown, hidden, done))
    return "\n".join(lines)


def refusals(errors: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Each thing that was refused, once, with the resources it was refused for."""
    found: dict[str, list[str]] = {}
    for urn, said in errors:
        text = "\n".join(line.rstrip() for line in said.splitlines() if line.strip())
        found.setdefault(text, []).append(name_of(urn) if urn else "")
    for text, names in found.items():
        who = ", ".join(dict.fromkeys(name for name in names if name))
        yield f"error: {who}: {text}" if who and who not in text else f"error: {text}"


def _unsaid(stack: Stack, product: str) -> list[str]:
    """Renames that nothing says are some: what goes with the old name."""
    found = [
        f"  {each.product}: {each.kind} {each.was} -> {each.name}: {_goes(each)}; write was={each.was!r}"
        for each in stack.changes
        if each.what == "renamed" and not each.kept and product in ("", each.product)
    ]
    return ["History lost, as nothing says that this is a rename:", *found, ""] if found else []


def _goes(change: Change) -> str:
    return LOST.get(change.kind, "its history")


def _environment(stack: Stack) -> list[str]:
    changed = [f"  ~ {key}: {before or 'none'} -> {after or 'none'}" for key, before, after in stack.environment]
    return ["environment", *changed, ""] if changed else []


def _of_product(stack: Stack, product: str, shown: Sequence[ResourceChange]) -> Iterator[str]:
    """First what goes as a whole, then by vendor."""
    mine = [change for change in stack.changes if change.product == product]
    resources = [each for each in shown if each.step.product == product]
    yield product
    whole = [change for change in mine if change.kind == "product" and change.what != "changed"]
    for change in whole:
        yield f"  {_change(change)}"
    placed = [(vendor, [each for each in resources if each.step.vendor == vendor]) for vendor in _vendors(resources)]
    said: set[int] = set()
    for vendor, those in placed:
        changes = (
            []
            if whole and whole[0].what != "renamed"
            else [
                change
                for change in mine
                if change not in whole
                and any(each.part[0] == change.kind and each.part[1] in names_of(change) for each in those)
            ]
        )
        parts = {(change.kind, name) for change in changes for name in names_of(change)}
        said |= {id(change) for change in changes}
        yield f"  {vendor or 'Pulumi'}"
        lines = [
            *map(_change, changes),
            *_alone([each for each in those if each.part not in parts or not each.explained]),
        ]
        yield from (f"    {line}" for line in sorted(lines, key=lambda line: ORDER.index(line[0])))
    rest = [change for change in mine if id(change) not in said and change not in whole]
    if rest and not (whole and whole[0].what != "renamed"):
        yield "  for all vendors"
        yield from (f"    {_change(change)}" for change in rest)


def names_of(change: Change) -> tuple[str, ...]:
    """The names that its resources go by, before and after."""
    return (change.name, change.was) if change.was else (change.name,)


def _vendors(resources: Sequence[ResourceChange]) -> list[str]:
    return sorted({each.step.vendor for each in resources})


def _change(change: Change) -> str:
    sign, what = SIGNS[change.what], f"{change.kind} {change.name}"
    match change.what:
        case "removed":
            return f"{sign} {what}: {before_of(change)} -> none; with it {_goes(change)}"
        case "added":
            new = before_of(Change("", "", change.kind, change.name, "added", old=change.new))
            return f"{sign} {what}: {new}" if new else f"{sign} {what}"
        case "renamed":
            kept = (
                "history kept"
                if change.kept
                else f"history lost, as nothing says that it is the same: was={change.was!r}"
            )
            fields = "; ".join(_field(change, each) for each in change.fields)
            return f"{sign} {change.kind} {change.was} -> {change.name}: {kept}{f'; {fields}' if fields else ''}"
    return f"{sign} {what}: {'; '.join(_field(change, each) for each in change.fields)}"


def _field(change: Change, field: FieldChange) -> str:
    before, after = pair(field.before, field.after, WIDTH)
    said = meaning(change, field).said
    return f"{label(field.field)} {before} -> {after}{f' ({said})' if said else ''}"


def _alone(resources: Sequence[ResourceChange]) -> Iterator[str]:
    """What no part of a product says: with what differs or goes; those with nothing to tell by kind, or counted."""
    alike: dict[tuple[str, str], list[str]] = {}
    follows: Counter[str] = Counter()
    for each in resources:
        step = each.step
        if step.op == "create" or (step.op == "delete" and not each.history and not step.protected):
            alike.setdefault((SIGNS[step.op], each.kind), []).append(step.name.removeprefix(f"{step.product}-"))
        elif step.op == "update" and each.explained:
            follows[each.kind] += 1
        else:
            history = f"; with it {each.history}" if each.history else ""
            kept = ", protected" if step.protected and step.op != "update" else ""
            verb = {"delete": "deleted", "replace": "replaced", "update": ""}[step.op]
            what = "; ".join(_difference(*difference) for difference in each.differences[:SHOWN])
            more = f"; and {len(each.differences) - SHOWN} more" if len(each.differences) > SHOWN else ""
            texts = [text for text in (f"{verb}{kept}{history}".strip("; ,"), f"{what}{more}") if text]
            yield f"{SIGNS[step.op]} {each.kind} {step.name}: {'; '.join(texts)}"
    for (sign, kind), names in sorted(alike.items()):
        count = f"{len(names)} {plural(kind)}" if len(names) > 1 else kind
        yield f"{sign} {count}: {', '.join(names)}"
    for kind, many in sorted(follows.items()):
        yield f"~ {many} {plural(kind) if many > 1 else kind} {'follow' if many > 1 else 'follows'} from this"


def plural(kind: str) -> str:
    """`alert rules`, `indices` isn't asked for."""
    return kind if kind.endswith("s") else f"{kind}es" if kind.endswith("x") else f"{kind}s"


def _difference(path: str, before: str | None, after: str | None) -> str:
    one, other = pair(before, after, WIDTH)
    return f"{path} {one} -> {other}"


def _summary(plan: Plan, shown: Sequence[ResourceChange], hidden: int, done: AbstractSet[str] | None) -> str:
    ops = Counter(each.step.op for each in shown)
    verbs = {"delete": "deleted", "replace": "replaced", "update": "changed", "create": "created"}
    counts = [f"{ops[op]} {verb}" for op, verb in verbs.items() if ops[op]]  # type: ignore[index]
    same = sum(step.op == "same" and not step.component for step in plan.steps)
    kept = [f"{same} as they were"] if same else []
    rest = (
        [f"{hidden} more in other products, not shown" if done is None else f"{hidden} more in other products"]
        if hidden
        else []
    )
    missing = [each for each in shown if done is not None and each.step.urn not in done]
    late = [f"{len(missing)} not done: {', '.join(each.step.name for each in missing[:SHOWN])}"] if missing else []
    head = f"{plan.stack}: " + (", ".join(counts) or "no changes")
    return "; ".join([head, *kept, *rest, *late]) + "."


def _painted(line: str, *, color: bool) -> str:
    sign = line.lstrip()[:1]
    if not color:
        return line
    if not line.startswith(" "):
        return f"\x1b[1m{line}\x1b[0m"
    return f"\x1b[{COLORS[sign]}m{line}\x1b[0m" if sign in COLORS else line
