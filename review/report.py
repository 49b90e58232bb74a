"""The whole of a review: what changed in all stacks, typed and in order of weight. Rendered elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from review.changes import Before, Change, Declared, changes, text
from review.cost import Cost, costs
from review.losses import COVERS, Loss, instead, losses
from review.paged import Paged
from review.people import Told, receivers, told
from review.resources import ResourceChange, resource_changes
from review.steps import Plan


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
class Report:
    """A review of one or more stacks. `gone`: stacks whose file is gone. `findings` are remarks that stop nothing.

    `paged`: what recorded data would have made of it, where there are some.
    """

    stacks: tuple[Stack, ...]
    findings: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    paged: tuple[Paged, ...] = ()
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
        return losses(self)

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
                found.append((change, stacks, instead(change, after.get(change.product, {}))))
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
