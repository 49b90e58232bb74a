"""What goes with a change and can't be had back, or is no longer told: what a person has to agree to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from review.changes import Change, Declared, Facts, text
from review.people import receivers

if TYPE_CHECKING:
    from review.report import Report

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


def losses(report: Report) -> list[Loss]:
    """All of a report, the most first."""
    return [*_settings(report), *_parts(report), *_fewer(report), *_things(report)]


def _settings(report: Report) -> Iterator[Loss]:
    risky = {
        "suffix": "names in the vendors change, so what can't be renamed is replaced",
        "products": "what is left out is deleted",
        "notify": "other people are notified of everything",
        "protect": "nothing protects what holds data from deletion",
        **dict.fromkeys(
            ("datadog-organization", "sentry-organization", "grafana-stack"),
            "another account: what the old one holds stays there, unmanaged",
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
            return f"{old.get('severity', '')}, {old.get('fires', '')}, notifies {tells}"
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
                more = f" and {len(still) - 5} more" if len(still) > 5 else ""  # noqa: PLR2004
                goes = f"no longer notified of {', '.join(still[:5])}{more}"
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


def instead(change: Change, after: Declared) -> str:
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
