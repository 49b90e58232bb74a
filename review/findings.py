"""Remarks on a whole review, which stop nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from review.changes import Declared, Facts
from review.report import Stack
from review.resources import kind_of
from review.steps import name_of, type_of


def findings(stacks: Sequence[Stack], gone: Sequence[str] = ()) -> tuple[str, ...]:
    """Remarks on the whole: stacks whose file is gone, what a preview stopped at, `was=` without a use."""
    return (*_left(gone), *_stopped(stacks), *_names(stacks))


def _left(gone: Sequence[str]) -> Iterator[str]:
    for stack in gone:
        yield f"Pulumi.{stack}.yaml is gone: what it declared stays in the vendors, unmanaged."


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


class _Use(NamedTuple):
    """What a `was=` is to a stack: whether it is needed, was followed before, and whether the part was there itself."""

    needed: bool
    followed: bool
    itself: bool


def _names(stacks: Sequence[Stack]) -> tuple[str, ...]:
    """`was=` that names nothing that was there, or that every stack has followed already."""
    seen: dict[tuple[str, str, str, str], list[_Use]] = {}
    for stack in stacks:
        for product, declared in stack.after.products.items():
            earlier = str(declared.get("product", {}).get(product, {}).get("was", ""))
            old = stack.before.products.get(product) or stack.before.products.get(earlier, {})
            for kind, items in declared.items():
                for name, facts in items.items():
                    if was := str(facts.get("was", "")):
                        there = stack.before.products if kind == "product" else old.get(kind, {})
                        followed = name in there and old.get(kind, {}).get(name, {}).get("was") == was
                        needed = was in there or (followed and _keeps(kind, facts, declared))
                        use = _Use(needed=needed, followed=followed, itself=name in there)
                        seen.setdefault((product, kind, name, was), []).append(use)
    return tuple(sorted(filter(None, (_finding(*key, found) for key, found in seen.items()))))


def _keeps(kind: str, facts: Facts, declared: Declared) -> bool:
    """Whether a vendor knows the part by the name it began with, for as long as there is one."""
    at_grafana = any(each.get("telemetry") == "grafana" for each in declared.get("product", {}).values())
    return kind in ("product", "check") or (kind == "dashboard" and at_grafana) or facts.get("at") == "grafana"


def _finding(product: str, kind: str, name: str, was: str, found: list[_Use]) -> str:
    where = f"{product}: {kind} {name}, was={was!r}" if kind != "product" else f"product {name}, was={was!r}"
    if any(use.needed for use in found):
        return ""
    if all(use.followed for use in found):
        return f"{where} is no longer needed: every compared stack has it under its new name. Remove it."
    if any(use.itself for use in found):
        why = "nothing of that name was declared, and this has a history under its own name, which would end"
        return f"{where} matches nothing: {why}. Remove it."
    return f"{where} matches nothing: nothing of that name was declared, so no history is kept. Write the former name."
