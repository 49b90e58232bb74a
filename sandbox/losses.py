"""What an `up` would take along that can't be had back, and whether somebody has to agree to it first."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pulumi.automation import EngineEvent

# What goes with each of these when it is deleted. Any one of them is asked about.
HISTORY = {
    "datadog:index/incidentType:IncidentType": "the incidents of its type",
    "datadog:index/logsIndex:LogsIndex": "its logs, and its name can't be used again",
    "datadog:index/serviceLevelObjective:ServiceLevelObjective": "its history and corrections",
    "datadog:index/statusPage:StatusPage": "its incidents and subscribers",
    "grafana:oss/folder:Folder": "what people have saved in it",
    "grafana:slo/sLO:SLO": "what it has recorded",
    "sentry:index/key:Key": "what applications send with; with the old DSN their events are refused",
    "sentry:index/project:Project": "its issues and events",
}
# Of these goes when they fired. One alert at a time is normal work; several are more often a slip, such as a tuple
# that is added up no longer, or a name that all of them carry.
ALERTS = ("datadog:index/monitor:Monitor", "sentry:index/alert:Alert", "sentry:index/metricMonitor:MetricMonitor")
RULES = "grafana:alerting/ruleGroup:RuleGroup"
MOST_ALERTS = 1
SHOWN = 5
VENDORS = {"datadog": "Datadog", "grafana": "Grafana", "sentry": "Sentry"}
# As the engine calls them: its SDK isn't needed to know what goes (pipelines/comment.py has none).
GONE = ("delete", "delete-replaced")
REPLACED = ("replace", "create-replacement", "delete-replaced")


class Losses:
    """Listens to a preview.

    Attributes:
        deletes_first: Whether something would be deleted before what replaces it is made.

    Args:
        resources: Those of the state before. What the preview doesn't mention is what would be deleted, also where the
            engine stops before it says so because something is protected.

    """

    def __init__(self, resources: Iterable[dict[str, Any]]) -> None:
        self._before = {one["urn"]: one for one in resources if not one["type"].startswith("pulumi:")}
        self.deletes_first = False
        self._kept: set[str] = set()
        self._gone: set[str] = set()
        self._replaced: set[str] = set()
        self._rules: dict[str, set[str]] = {}

    def see(self, event: EngineEvent) -> None:
        """Take note of what would become of a resource."""
        found = event.res_outputs_event
        if found and found.metadata.op == "refresh" and found.metadata.new is None:
            # A run that didn't finish, or somebody, has deleted it: nothing is left to be lost.
            self._gone.add(found.metadata.urn)
        # To be compared with the vendor is not to be kept.
        if event.resource_pre_event is None or event.resource_pre_event.metadata.op == "refresh":
            return
        step = event.resource_pre_event.metadata
        if step.op == "delete-replaced" and step.urn not in self._kept:
            self.deletes_first = True
        if step.op not in GONE:
            self._kept |= {step.urn, step.old.urn if step.old else step.urn}
        if step.op in REPLACED:
            self._replaced.add(step.urn)
        if step.type == RULES and step.op not in GONE and step.new:
            self._rules[step.old.urn if step.old else step.urn] = _uids(step.new.inputs)

    @property
    def protected(self) -> bool:
        """Whether something that would go refuses to."""
        return any(self._before[urn].get("protect") for urn in self._going())

    def report(self, product: str = "") -> str:
        """What somebody has to agree to, by product and vendor; nothing where nobody has to.

        With a product, what is lost of that; of others their names.
        """
        going = self._going()
        whole = {self._product(urn) for urn in going if "id" not in self._before[urn]}
        lost: dict[str, list[str]] = {name: [] for name in sorted(whole)}
        for urn in going:
            kind = self._before[urn]["type"]
            if kind in HISTORY:
                how = "replaced" if urn in self._replaced else "deleted"
                kept = ", protected" if self._before[urn].get("protect") else ""
                line = f"{_vendor(kind)}: {_name(urn)} ({how}{kept}): {HISTORY[kind]}"
                lost.setdefault(self._product(urn), []).append(line)
        alerts = self._alerts(going)
        if lost or sum(map(len, alerts.values())) > MOST_ALERTS:
            for (name, vendor), names in sorted(alerts.items()):
                lost.setdefault(name, []).append(f"{vendor}: {_several(sorted(names))}: when they fired")
        others = sorted(name for name in lost if product not in ("", name))
        lines = [text for name in sorted(lost.keys() - others) for text in _section(name, sorted(lost[name]))]
        return "\n".join([*lines, *([f"  more in other products, not shown: {', '.join(others)}"] if others else [])])

    def _going(self) -> list[str]:
        there = self._before.keys() - self._gone
        return sorted((there - self._kept) | (there & self._replaced))

    def _alerts(self, going: list[str]) -> dict[tuple[str, str], set[str]]:
        """The alerts that go, without the parts that some of them have."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for urn in going:
            if self._before[urn]["type"] in ALERTS:
                found[self._product(urn), _vendor(self._before[urn]["type"])].add(_name(urn))
        for urn, resource in self._before.items():
            if resource["type"] == RULES and urn not in self._gone:
                left = set() if urn in going else self._rules.get(urn, set())
                found[self._product(urn), "Grafana"] |= _uids(resource.get("inputs", {})) - left
        return {
            where: {name for name in names if not any(name.startswith(f"{other}-") for other in names)}
            for where, names in found.items()
            if names
        }

    def _product(self, urn: str) -> str:
        """The outermost component that a resource is part of; its own name where it is part of none."""
        above = self._before[urn].get("parent", "")
        return self._product(above) if above in self._before else _name(urn)


def _uids(inputs: Mapping[str, Any] | None) -> set[str]:
    return {str(rule.get("uid") or rule.get("name")) for rule in (inputs or {}).get("rules") or ()}


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _vendor(kind: str) -> str:
    return VENDORS.get(kind.partition(":")[0], kind.partition(":")[0])


def _several(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{len(names)} alert{'s' if len(names) > 1 else ''} ({', '.join(names[:SHOWN])}{more})"


def _section(product: str, lines: list[str]) -> Iterator[str]:
    yield f"  {product}"
    yield from (f"    {line}" for line in lines or ["is no longer declared"])
