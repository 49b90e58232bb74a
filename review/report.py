"""The whole of a review: what changed in all stacks, typed and in order of weight. Rendered elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from review.changes import Before, Change, Declared, Facts, changes, text
from review.cost import Cost, costs
from review.people import Told, receivers, told
from review.resources import ResourceChange, kind_of, resource_changes
from review.steps import Plan, name_of, type_of

# What goes with a part that is removed, where a vendor keeps something under it.
LOST = {
    "alert": "the record of when it fired",
    "check": "its results end",
    "objective": "its history and corrections",
    "dashboard": "its address, which people may have linked to",
    "log index": "its logs, and its name can't be used again",
    "log metric": "its values end",
    "status page": "its incidents and subscribers",
    "error tracking": "issues and events, and the DSN that applications send with",
    "product": "everything below",
}
COVERS = ("alert", "check", "objective", "maintenance", "scrape job")
WATCHED = ("signal", "check", "checks", "of", "objective", "good", "bad", "where", "on")


@dataclass(frozen=True)
class Stack:
    """One stack: both sides of what it declares, and every change.

    `stopped`: the URNs of what is protected and would go, where a live preview gave up at that. `new_types`: types of
    the engine that a stack which isn't new has nothing of so far, so that its credentials may lack the permission.
    """

    name: str
    before: Before
    after: Before
    changes: tuple[Change, ...]
    resources: tuple[ResourceChange, ...]
    told: tuple[Told, ...]
    costs: tuple[Cost, ...]
    stopped: tuple[str, ...] = ()
    new_types: tuple[str, ...] = ()

    @property
    def environment(self) -> Iterator[tuple[str, str | None, str | None]]:
        """What changed in the stack's own settings."""
        old, new = self.before.environment, self.after.environment
        for key in dict.fromkeys((*old, *new)):
            if old and new and old.get(key) != new.get(key):
                yield key, text(old.get(key)), text(new.get(key))


@dataclass(frozen=True)
class Loss:
    """Something that goes and can't be had back, or that somebody is no longer told: a person has to agree.

    `before` and `after` as on a line of the report; `goes` is what can't be had back.
    """

    product: str
    kind: str
    name: str
    before: str
    after: str
    goes: str
    stacks: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A review of one or more stacks. `gone`: stacks whose file is gone. `findings` are remarks that stop nothing."""

    stacks: tuple[Stack, ...]
    findings: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    merged: tuple[tuple[Change, tuple[str, ...]], ...] = field(init=False)

    def __post_init__(self) -> None:
        """The same change in several stacks is one."""
        found: dict[object, list[Change]] = {}
        for stack in self.stacks:
            for change in stack.changes:
                found.setdefault(change.key, []).append(change)
        pairs = tuple((each[0], tuple(change.stack for change in each)) for each in found.values())
        object.__setattr__(self, "merged", pairs)

    @property
    def empty(self) -> bool:
        """Whether nothing changes, neither declared nor at a vendor."""
        return not any(stack.changes or stack.resources or list(stack.environment) for stack in self.stacks)

    @property
    def unexplained(self) -> tuple[ResourceChange, ...]:
        """Resources that change without a declared reason: the code that makes them changed."""
        return tuple(each for stack in self.stacks for each in stack.resources if not each.explained)

    def losses(self) -> list[Loss]:
        """What a person has to agree to, the most first."""
        return [*_settings(self), *_parts(self), *_fewer(self), *_things(self)]

    def agreement(self) -> str:
        """What a person's yes is bound to: the same for the same losses, whatever else is pushed; empty without any."""
        said = sorted(f"{stack.name} {each}" for stack in self.stacks for each in self.lost(stack.name))
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""

    def lost(self, stack: str) -> dict[str, Loss]:
        """Each loss of one stack by a hash that is the same in another report on that stack."""
        # Alone, as what several stacks have in common is said as it is in the first of them.
        mine = Report(tuple(each for each in self.stacks if each.name == stack)).losses()
        return {hashlib.sha256(repr(loss).encode()).hexdigest()[:16]: loss for loss in mine}

    def uncovered(self) -> list[tuple[Change, tuple[str, ...], str]]:
        """What watched something and goes, with what still watches the same; empty where nothing does."""
        found = []
        for change, stacks in self.merged:
            if change.what == "removed" and change.kind in COVERS:
                after = next(stack for stack in self.stacks if stack.name == stacks[0]).after.products
                found.append((change, stacks, _instead(change, after.get(change.product, {}))))
        return found

    def new_receivers(self) -> list[tuple[str, str, str]]:
        """Stack, product and receiver of everybody who heard of nothing before."""
        return [
            (stack.name, *new)
            for stack in self.stacks
            for new in sorted(receivers(stack.after.products) - receivers(stack.before.products))
        ]

    def exceptions(self) -> list[tuple[tuple[str, ...], str, str, str | None, str | None]]:
        """Excuses from rules that are new or gone: stacks, product, what they stand beside, before and after."""
        found: dict[tuple[str, str, str | None, str | None], list[str]] = {}
        for stack in self.stacks:
            for product in dict.fromkeys((*stack.before.products, *stack.after.products)):
                old, new = (_excuses(side.products.get(product, {})) for side in (stack.before, stack.after))
                for part, said in old:
                    if (part, said) not in new:
                        found.setdefault((product, part, said, None), []).append(stack.name)
                for part, said in new:
                    if (part, said) not in old:
                        found.setdefault((product, part, None, said), []).append(stack.name)
        return [(tuple(stacks), *key) for key, stacks in found.items()]


def _excuses(declared: Declared) -> list[tuple[str, str]]:
    """Kind and name of a part, and rule, reason and day of each of its excuses."""
    return [
        (f"{kind} {name}", str(said))
        for kind, items in declared.items()
        for name, facts in items.items()
        for said in facts.get("excused", ())
    ]


def review(plan: Plan, before: Before, after: Before, *, stack: str = "") -> Stack:
    """Everything that a plan changes in one stack."""
    name = stack or plan.stack
    changed = changes(name, before.products, after.products)
    settings = before.environment != after.environment and bool(before.environment and after.environment)
    return Stack(
        name,
        before,
        after,
        tuple(changed),
        tuple(resource_changes(plan, before.products, after.products, changed, environment=settings)),
        tuple(told(name, before.products, after.products, _renames(changed))),
        tuple(costs(name, before.products, after.products, after.environment, _called(changed, after))),
        plan.stopped,
        _new_types(plan),
    )


def _new_types(plan: Plan) -> tuple[str, ...]:
    there = {step.type for step in plan.steps if step.op != "create"}
    new = sorted({step.type for step in plan.steps if step.op == "create" and step.vendor} - there)
    return tuple(new) if any(step.vendor and step.op != "create" for step in plan.steps) else ()


def _renames(changed: Sequence[Change]) -> dict[tuple[str, str], str]:
    """By product and new name: what an alert was called."""
    return {(each.product, each.name): each.was for each in changed if each.what == "renamed" and each.kind == "alert"}


def _called(changed: Sequence[Change], after: Before) -> dict[tuple[str, str], tuple[str, str]]:
    """By product and name, what each part that has another name, or is of a product that has, was called."""
    renamed = [each for each in changed if each.what == "renamed"]
    products = {each.name: each.was for each in renamed if each.kind == "product"}
    parts = {(each.product, each.name): each.was for each in renamed}
    return {
        (product, name): (products.get(product, product), parts.get((product, name), name))
        for product, kinds in after.products.items()
        for items in kinds.values()
        for name in items
    }


def findings(stacks: Sequence[Stack], gone: Sequence[str] = ()) -> tuple[str, ...]:
    """Remarks on the whole: stacks whose file is gone, what a preview stopped at, `was=` without a use."""
    return (*_left(gone), *_stopped(stacks), *_names(stacks))


def _left(gone: Sequence[str]) -> Iterator[str]:
    for stack in gone:
        yield f"Pulumi.{stack}.yaml is gone: what it declared stays at the vendors, and nobody manages it."


def _stopped(stacks: Sequence[Stack]) -> Iterator[str]:
    """What a live preview gave up at: protected, and no longer declared or to be replaced."""
    for stack in stacks:
        for urn in stack.stopped:
            if type_of(urn).startswith("monitoring:components:") and len(stack.stopped) > 1:
                continue  # follows from what is in it
            yield (
                f"{stack.name}: would delete the protected {kind_of(type_of(urn))} {name_of(urn)!r}, so the preview "
                "stopped there, and what else it would delete may be missing here. Keep what is protected, or take "
                "the protection off first (docs/operations.md, Protected resources)."
            )


def _names(stacks: Sequence[Stack]) -> tuple[str, ...]:
    """`was=` that names nothing that was there, or that every stack has followed already."""
    seen: dict[tuple[str, str, str, str], list[tuple[bool, bool]]] = {}
    for stack in stacks:
        for product, declared in stack.after.products.items():
            earlier = str(declared.get("product", {}).get(product, {}).get("was", ""))
            old = stack.before.products.get(product) or stack.before.products.get(earlier, {})
            for kind, items in declared.items():
                for name, facts in items.items():
                    if was := str(facts.get("was", "")):
                        there = stack.before.products if kind == "product" else old.get(kind, {})
                        needed = was in there or (name in there and _keeps(kind, facts, declared))
                        seen.setdefault((product, kind, name, was), []).append((needed, name in there))
    return tuple(sorted(filter(None, (_finding(*key, found) for key, found in seen.items()))))


def _keeps(kind: str, facts: Facts, declared: Declared) -> bool:
    """Whether a vendor knows the part by the name it began with, for as long as there is one."""
    at_grafana = any(each.get("telemetry") == "grafana" for each in declared.get("product", {}).values())
    return kind in ("product", "check") or (kind == "dashboard" and at_grafana) or facts.get("at") == "grafana"


def _finding(product: str, kind: str, name: str, was: str, found: list[tuple[bool, bool]]) -> str:
    where = f"{product}: {kind} {name}, was={was!r}" if kind != "product" else f"product {name}, was={was!r}"
    if any(old for old, _ in found):
        return ""
    if all(new for _, new in found):
        return f"{where} is no longer needed: every stack that is compared knows it by its new name. Remove it."
    return f"{where} points nowhere: nothing of that name was declared, so no history is kept. Name what it was called."


def _settings(report: Report) -> Iterator[Loss]:
    risky = {
        "suffix": "names at the vendors change, so what can't be renamed is replaced",
        "products": "what is left out is deleted",
        "notify": "other people are told of everything",
        "protect": "nothing keeps what holds data from being deleted",
        **dict.fromkeys(
            ("datadog-organization", "sentry-organization", "grafana-stack"),
            "another account: what the one so far holds stays there, and nobody manages it",
        ),
    }
    for stack in report.stacks:
        for key, before, after in stack.environment:
            # A key that the base's program didn't tell of says nothing about what it was.
            if key in risky and before is not None and not (key == "protect" and after == "yes"):
                yield Loss("", "environment", key, before or "none", after or "none", risky[key], (stack.name,))


def _parts(report: Report) -> Iterator[Loss]:
    """Products first, then parts in the order of weight."""
    order = ("product", *LOST)
    pairs = sorted(report.merged, key=lambda pair: order.index(pair[0].kind) if pair[0].kind in order else len(order))
    for change, stacks in pairs:
        kind = change.kind
        if change.what == "renamed" and not change.kept:
            goes = f"{LOST.get(kind, 'its history')}: nothing says that it is the same. Write was={change.was!r}"
            yield Loss(change.product, kind, change.name, change.was, change.name, goes, stacks)
        elif change.what == "removed":
            yield Loss(change.product, kind, change.name, before_of(change), "none", LOST.get(kind, ""), stacks)


def before_of(change: Change) -> str:
    """What was there, on a line."""
    old: Facts = change.old or {}
    match change.kind:
        case "product":
            counts = {kind: int(old.get(kind, 0)) for kind in ("alert", "check", "objective", "dashboard")}
            counted = (f"{much} {kind}{'s' if much != 1 else ''}" for kind, much in counts.items() if much)
            return ", ".join(counted) or "declared"
        case "alert":
            tells = ", ".join(old.get("tells", ()))
            return f"{old.get('severity', '')}, {old.get('fires', '')}, told {tells}"
        case "check":
            return f"{text(old.get('address'))} every {text(old.get('every'))}"
        case "objective":
            return f"{text(old.get('target'))} in {text(old.get('period'))}"
        case "dashboard":
            return f"{len(old.get('panels', ()))} panels"
    return ", ".join(f"{key} {text(fact)}" for key, fact in list(old.items())[:3]) or "declared"


def _fewer(report: Report) -> Iterator[Loss]:
    """Receivers who hear less of alerts that are still there."""
    for stack in report.stacks:
        for row in stack.told:
            alerts = stack.after.products.get(row.product, {}).get("alert", {})
            still = [name for name in row.lost if name in alerts and row.receiver not in alerts[name].get("tells", ())]
            if still and row.receiver in _everybody(stack.before.products, row.product):
                goes = (
                    f"no longer told of {', '.join(still[:5])}{f' and {len(still) - 5} more' if len(still) > 5 else ''}"  # noqa: PLR2004
                )
                name = f"{row.severity}: {row.receiver}"
                yield Loss(row.product, "receiver", name, _alerts(row.before), f"{row.after}", goes, (stack.name,))


def _alerts(count: int) -> str:
    return f"{count} alert{'s' if count != 1 else ''}"


def _everybody(products: Mapping[str, Declared], product: str) -> set[str]:
    return {receiver for name, receiver in receivers(products) if name == product}


def _things(report: Report) -> Iterator[Loss]:
    """Resources that hold data, or are protected, and go although no part of a product that goes explains it."""
    said = {(change.product, change.kind, change.name) for change, _ in report.merged if change.what == "removed"}
    # What nobody has said is a rename is said to go by its old name.
    said |= {(change.product, change.kind, change.was) for change, _ in report.merged if not change.kept}
    whole = {product for product, kind, _ in said if kind == "product"}
    for stack in report.stacks:
        for each in stack.resources:
            step = each.step
            if step.op not in ("delete", "replace") or not (each.history or step.protected):
                continue
            if step.op == "delete" and (step.product in whole or (step.product, *each.part) in said):
                continue
            state = ("replaced" if step.op == "replace" else "deleted") + (
                ", although protected" if step.protected else ""
            )
            goes = each.history or "it is protected"
            yield Loss(step.product, f"{step.vendor} {each.kind}", step.name, "there", state, goes, (stack.name,))


def _instead(change: Change, after: Declared) -> str:
    """What watches the same: another alert on the same signal or check, another objective on the same events."""
    old = change.old or {}
    mine = {str(old[key]) for key in WATCHED if key in old}
    names = [
        f"{kind} {name}"
        for kind in ("alert", "objective")
        for name, facts in after.get(kind, {}).items()
        if mine & {str(facts[key]) for key in WATCHED if key in facts}
    ]
    return ", ".join(names[:3])
