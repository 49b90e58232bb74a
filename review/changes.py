"""What changed, in the words of product files: typed, apart from how it is drawn.

Two things are read: what each product's component declares (components/declared.py), before and after, and the
engine's steps. The first says what is meant, the second what the vendors get; a step that nothing explains is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from review.steps import ACCOUNTS, PRODUCT, Plan, name_of

What = Literal["removed", "changed", "renamed", "added"]
Fact = Any  # text, a list of texts, or of a dashboard's panels
Facts = Mapping[str, Fact]
Items = Mapping[str, Facts]
Declared = Mapping[str, Items]  # kind, then name

# What follows from something else that is said: an alert's receivers from its severity, unless only they changed.
DERIVED = {"alert": ("fires", "tells", "escalates"), "check": ("executions", "path", "site"), "metric": ("about",)}
FIRST = ("severity", "tell", "condition", "sense", "critical", "target", "every", "over", "lasting", "clear", "warn")
KINDS = ("product", "alert", "check", "objective", "severity", "dashboard")  # first what a reviewer asks for first


class FieldChange(NamedTuple):
    """One field; None where it isn't given."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Change:
    """One part of a product that is added, removed, renamed or changed in a stack.

    `was` is the name before a rename; `kept` says whether its history goes on. `old` and `new` are all its facts.
    """

    stack: str
    product: str
    kind: str
    name: str
    what: What
    fields: tuple[FieldChange, ...] = ()
    was: str = ""
    kept: bool = True
    old: Facts | None = None
    new: Facts | None = None

    @property
    def key(self) -> tuple[str, str, str, str, tuple[FieldChange, ...]]:
        """The same in both stacks is said once."""
        return (self.product, self.kind, self.name, self.what, self.fields)


@dataclass(frozen=True)
class Before:
    """What a stack declares: by product, and the environment's own settings."""

    products: Mapping[str, Declared]
    environment: Facts


def sides(
    plan: Plan, known: Mapping[str, Declared] | None = None, environment: Facts | None = None
) -> tuple[Before, Before]:
    """What the stack declares before and after the plan.

    `known`: what the program declares, for plans that leave out what stays as it is.
    """
    before: dict[str, Declared] = dict(known or {})
    after: dict[str, Declared] = dict(known or {})
    settings: list[Facts] = [environment or {}, environment or {}]
    for step in plan.steps:
        if step.type == PRODUCT:
            before.pop(step.name, None)
            after.pop(step.name, None)
            if step.op != "create":
                before[name_of(step.old_urn) or step.name] = step.before.get("declares") or {}
            if step.op != "delete":
                after[step.name] = step.after.get("declares") or {}
        elif step.type == ACCOUNTS:
            settings = [step.before.get("environment") or {}, step.after.get("environment") or {}]
    return Before(before, settings[0]), Before(after, settings[1])


def changes(stack: str, before: Mapping[str, Declared], after: Mapping[str, Declared]) -> list[Change]:
    """Every part that changed, product by product, in the order in which a reviewer asks."""
    found: list[Change] = []
    renamed = dict(_renamed_products(before, after))
    for name in sorted(before.keys() | after.keys()):
        if name in renamed.values() and name not in after:
            continue
        was = renamed.get(name, name)
        old, new = before.get(was), after.get(name)
        if old is None or new is None:
            what: What = "removed" if new is None else "added"
            found.append(Change(stack, name, "product", name, what, old=_whole(old), new=_whole(new)))
            continue
        if was != name:
            kept = _was(new, "product", name) == was
            found.append(Change(stack, name, "product", name, "renamed", was=was, kept=kept))
            old = {**old, "product": {name: {**old.get("product", {}).get(was, {})}}}
        found += _of_product(stack, name, old, new)
    return found


def _whole(declared: Declared | None) -> Facts | None:
    """How many parts of each kind there are."""
    return None if declared is None else {kind: str(len(items)) for kind, items in declared.items()}


def _renamed_products(before: Mapping[str, Declared], after: Mapping[str, Declared]) -> Iterator[tuple[str, str]]:
    gone = [name for name in before if name not in after]
    for name in after:
        if name in before:
            continue
        said = _was(after[name], "product", name)
        like = [each for each in gone if _similar(_names(before[each]), _names(after[name]))]
        match = said if said in gone else like[0] if len(like) == 1 else ""
        if match:
            yield name, match


def _was(declared: Declared, kind: str, name: str) -> str:
    return str(declared.get(kind, {}).get(name, {}).get("was", ""))


def _names(declared: Declared) -> set[str]:
    return {f"{kind} {name}" for kind, items in declared.items() if kind != "product" for name in items}


def _similar(one: set[str], other: set[str]) -> bool:
    """Two thirds in common: nobody has two such parts by chance."""
    return bool(one | other) and len(one & other) * 3 >= len(one | other) * 2


def _of_product(stack: str, product: str, before: Declared, after: Declared) -> Iterator[Change]:
    kinds = [*KINDS, *sorted({*before, *after} - {*KINDS})]
    said = [
        change for kind in kinds for change in _of_kind(stack, product, kind, before.get(kind, {}), after.get(kind, {}))
    ]
    severities = {change.name for change in said if change.kind == "severity"}
    for change in said:
        if change.kind == "alert" and change.what == "changed" and not change.fields:
            # Only what follows from its severity; that is said there.
            if change.new and change.new.get("severity") in severities:
                continue
            yield _with(change, _fields(change.old or {}, change.new or {}, ()))
        elif change.what != "changed" or change.fields:
            yield change


def _with(change: Change, fields: Iterable[FieldChange]) -> Change:
    return Change(
        change.stack,
        change.product,
        change.kind,
        change.name,
        change.what,
        tuple(fields),
        old=change.old,
        new=change.new,
    )


def _of_kind(stack: str, product: str, kind: str, before: Items, after: Items) -> Iterator[Change]:
    renamed = dict(_renamed(before, after))
    for name in sorted(before.keys() - after.keys() - set(renamed.values())):
        yield Change(stack, product, kind, name, "removed", old=before[name])
    for name, new in after.items():
        was = renamed.get(name, name)
        old = before.get(was)
        if old is None:
            yield Change(stack, product, kind, name, "added", new=new)
            continue
        fields = tuple(_fields(old, new, DERIVED.get(kind, ())))
        if was != name:
            kept = new.get("was") == was
            fields = tuple(each for each in fields if each.field != "was")  # said by the line itself
            yield Change(stack, product, kind, name, "renamed", fields, was, kept, old, new)
        elif old != new:
            yield Change(stack, product, kind, name, "changed", fields, old=old, new=new)


def _renamed(before: Items, after: Items) -> Iterator[tuple[str, str]]:
    """Those that say so, and those that are the same but for their name: history is lost, and nobody has said it."""
    gone = [name for name in before if name not in after]
    for name, new in after.items():
        if name in before:
            continue
        said = str(new.get("was", ""))
        like = [each for each in gone if before[each] and _alike(before[each], new, each, name)]
        match = said if said in gone else like[0] if len(like) == 1 else ""
        if match:
            gone.remove(match)
            yield name, match


def _alike(old: Facts, new: Facts, was: str, name: str) -> bool:
    """Equal but for what names it, or all but one of several fields equal."""
    keys = {*old, *new} - {"was", "executions"}
    differ = [
        key
        for key in keys
        if old.get(key) != new.get(key) and _unnamed(old.get(key), was) != _unnamed(new.get(key), name)
    ]
    return len(differ) <= (1 if len(keys) > 4 else 0)  # noqa: PLR2004  # of fewer fields, one is most of it


def _unnamed(fact: Fact, name: str) -> str:
    return str(fact).replace(name, "")


def _fields(old: Facts, new: Facts, derived: Sequence[str]) -> Iterator[FieldChange]:
    for key in sorted({*old, *new}, key=lambda key: (FIRST.index(key) if key in FIRST else len(FIRST), key)):
        if key in derived or key == "panels":
            continue
        before, after = old.get(key), new.get(key)
        if before != after:
            yield FieldChange(key, text(before), text(after))
    yield from _of_panels(old.get("panels") or [], new.get("panels") or [])


def text(fact: Fact) -> str | None:
    """A fact on one line."""
    if fact is None:
        return None
    return ", ".join(map(str, fact)) if isinstance(fact, list) else str(fact)


def _of_panels(before: Sequence[Facts], after: Sequence[Facts]) -> Iterator[FieldChange]:
    """Panels by title and kind: a new one says where it stands, one that is pushed down isn't mentioned."""
    old, new = _by_title(before), _by_title(after)
    for key in old:
        if key not in new:
            yield FieldChange(f"panel {key.said}", key.kind, None)
    for key, panel in new.items():
        if key not in old:
            yield FieldChange(f"panel {key.said}", None, f"{key.kind} {_placed(key, [*new])}")
        else:
            for name in dict.fromkeys((*old[key], *panel)):
                # Limits follow from the alerts that are drawn on it.
                if name != "limits" and old[key].get(name) != panel.get(name):
                    yield FieldChange(f"panel {key.said}: {name}", text(old[key].get(name)), text(panel.get(name)))
    for key in _moved([*old], [*new]):
        yield FieldChange(f"panel {key.said}: place", _placed(key, [*old]), _placed(key, [*new]))


def _moved(before: Sequence[_Panel], after: Sequence[_Panel]) -> Iterator[_Panel]:
    """Those on both sides that the order of the others doesn't explain: of one that moves, only that one."""
    old, new = ([key for key in side if key in other] for side, other in ((before, after), (after, before)))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in new[block.b : block.b + block.size]}
    return (key for key in new if key not in stayed)


def _placed(key: _Panel, panels: Sequence[_Panel]) -> str:
    place = panels.index(key)
    return f"after {panels[place - 1].said}" if place else "as the first"


class _Panel(NamedTuple):
    """What tells a panel of a dashboard from the others."""

    title: str
    kind: str
    nth: int

    @property
    def said(self) -> str:
        return f"{self.title} ({self.nth})" if self.nth > 1 else self.title


def _by_title(panels: Sequence[Facts]) -> dict[_Panel, Facts]:
    found: dict[_Panel, Facts] = {}
    for panel in panels:
        title, kind = str(panel.get("title", "")), str(panel.get("kind", "panel"))
        nth = 1 + sum(each[:2] == (title, kind) for each in found)
        found[_Panel(title, kind, nth)] = panel
    return found
