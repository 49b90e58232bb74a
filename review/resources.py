"""The engine's steps as a reader finds them: by product, vendor and part, with what differs and what goes with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from review.changes import Change, Declared
from review.steps import Plan, Step
from review.values import Difference, differences
from sandbox.losses import HISTORY

KINDS = {
    "RuleGroup": "alert rule",
    "DashboardJson": "dashboard",
    "SLO": "objective",
    "ServiceLevelObjective": "objective",
    "ServiceObject": "PagerDuty service",
    "Channel": "Slack channel",
    "IntegrationPagerduty": "PagerDuty service",
}
# Parts that have resources of their own, as their logical names begin.
PREFIXES = {
    "dashboard-": "dashboard",
    "sentry-dashboard-": "dashboard",
    "objective-": "objective",
    "check-": "check",
    "log-metric-": "log metric",
    "maintenance-": "maintenance",
    "rule-": "alert",
    "scrape-": "scrape job",
    "log-index": "log index",
    "status-page": "status page",
    "degradation-": "status page",
    "post-mortem": "post-mortem",
    "incident-type": "post-mortem",
    "sentry-": "error tracking",
}


@dataclass(frozen=True)
class ResourceChange:
    """What becomes of one resource at a vendor. `explained`: it follows from a change that the report names."""

    stack: str
    step: Step
    differences: tuple[Difference, ...]
    part: tuple[str, str]
    explained: bool

    @property
    def kind(self) -> str:
        """`monitor`, `alert rule`."""
        return kind_of(self.step.type)

    @property
    def history(self) -> str:
        """What goes with it and can't be had back; empty where nothing does."""
        return HISTORY.get(self.step.type, "") if self.step.op in ("delete", "replace") else ""


def kind_of(kind: str) -> str:
    """A type of the engine in words."""
    name = kind.rpartition(":")[2]
    return KINDS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def resource_changes(
    plan: Plan,
    before: Mapping[str, Declared],
    after: Mapping[str, Declared],
    changed: list[Change],
    *,
    environment: bool,
) -> list[ResourceChange]:
    """Every resource that changes, with what explains it."""
    found = []
    for step in plan.changed():
        if step.component:
            continue
        part = part_of(step, before, after)
        differs = differences(step.before, step.after) if step.op in ("update", "replace") else []
        said = environment or _explained(step, part, before, after, changed)
        found.append(ResourceChange(plan.stack, step, tuple(differs), part, said))
    return found


def part_of(step: Step, before: Mapping[str, Declared], after: Mapping[str, Declared]) -> tuple[str, str]:
    """Kind and name of the part of the product that a resource belongs to; empty where it is of none."""
    if step.product not in before and step.product not in after:
        return "", ""  # of the account, whatever its name begins with
    tail = step.name.removeprefix(f"{step.product}-")
    for prefix, kind in PREFIXES.items():
        if tail.startswith(prefix):
            name = _longest(tail.removeprefix(prefix), step.product, kind, before, after)
            if name or prefix != "sentry-":
                return kind, name
    name = _longest(tail, step.product, "alert", before, after)
    if name:
        return "alert", name
    return ("error tracking", "error tracking") if tail.startswith("sentry-") else ("", "")


def _longest(tail: str, product: str, kind: str, *sides: Mapping[str, Declared]) -> str:
    names = {name for side in sides for name in side.get(product, {}).get(kind, {})}
    fitting = [name for name in names if tail == name or tail.startswith(f"{name}-")]
    return max(fitting, key=len, default="")


def _explained(
    step: Step,
    part: tuple[str, str],
    before: Mapping[str, Declared],
    after: Mapping[str, Declared],
    changed: list[Change],
) -> bool:
    mine = [change for change in changed if change.product == step.product]
    if any(change.kind == "product" for change in mine):
        return True
    kind, name = part
    if any(change.kind == kind and name in (change.name, change.was, "") for change in mine):
        return True
    old, new = (side.get(step.product, {}).get(kind, {}).get(name) for side in (before, after))
    if name and old != new:
        return True
    facts = new or old or {}
    named = {
        str(fact)
        for key, fact in facts.items()
        if key in ("severity", "check", "objective", "good", "bad", "of", "checks")
    }
    # An objective stands there with its target: `few-errors (99.9 %)`.
    names = {one.partition(" (")[0] for each in named for one in each.split(", ")}
    if any(change.name in names for change in mine):
        return True
    # Receivers are shared by the alerts of a severity, or by all products.
    if not kind:
        people = mine if step.product in after or step.product in before else changed
        return any(change.kind in ("severity", "alert", "product", "metric", "maintenance") for change in people)
    return False
