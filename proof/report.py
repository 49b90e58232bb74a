"""What was played, what wasn't and why, and what failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from proof.everything import AnyWatched, Proof
from proof.panels import Panels
from review.recorder import ROOT

DAYS = ROOT / "tests" / "proof"
LANGUAGES = {"promql": "PromQL", "logql": "LogQL"}
KINDS = {
    "query alert": "metric queries",
    "log alert": "log searches",
    "service check": "service checks",
    "composite": "composites",
    "slo alert": "burn rates",
}


def report(proof: Proof, panels: Panels, took: float) -> str:
    """In lines: the counts first, then each vendor's, then what is wrong."""
    alerts = len({(type(each), each.name) for each in proof.all})
    searched = {"filters", *({"searches"} if any(each.declared.monitors for each in proof.sentry) else ())}
    kinds = {monitor.kind for each in proof.datadog for monitor in (each.monitor, *each.declared.parts(each.monitor))}
    counts = f"{alerts} alerts in {len(proof.declared)} environments, {proof.cases} cases"
    lines = [
        f"{counts}, {len(proof.failures)} fail, {took:.0f} s",
        _vendor("Grafana", proof.watched, sorted({LANGUAGES[each.rule.language] for each in proof.watched})),
        _vendor("Datadog", proof.datadog, [said for kind, said in KINDS.items() if kind in kinds]),
        _vendor("Sentry", proof.sentry, sorted(searched)),
        f"  {panels.panels} panels with {panels.queries} queries, drawn from a made-up day: {len(panels.wrong)} wrong",
        f"  Days: {days()} scenarios across alerts and vendors, by the tests in {DAYS.relative_to(ROOT)}",
        f"  {len(proof.unread)} alerts not played, as the product files state their queries",
        *(f"WRONG {problem}" for problem in proof.problems),
        *(f"not covered: {name}: {why}" for name, why in proof.uncovered.items()),
        *(f"not played: {name}" for name in proof.unread),
        *(f"not counted as drawn, as the product file states its query: {each}" for each in panels.uncounted),
        *(f"played without an option of its own: {name}: {what}" for name, what in proof.left_out.items()),
        *(f"FAILS {silent}" for silent in proof.silent),
        *(f"FAILS {failure}" for failure in sorted(proof.failures, key=str)),
        *(f"PANEL {wrong}" for wrong in sorted(panels.wrong, key=str)),
    ]
    return "\n".join(lines)


def days() -> int:
    """How many days of products the tests play."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in DAYS.glob("test_scenarios_*.py")]
    calls = [node.func for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sum(isinstance(called, ast.Name) and called.id == "Day" for called in calls)


def _vendor(name: str, watched: Sequence[AnyWatched], languages: Sequence[str]) -> str:
    alerts, cases = len({each.name for each in watched}), sum(len(each.cases) for each in watched)
    spoken = " and ".join(part for part in (", ".join(languages[:-1]), *languages[-1:]) if part)
    return f"  {name}: {alerts} alerts, {cases} cases, in {spoken}"


def told(proof: Proof) -> Iterator[str]:
    """Every case in words."""
    for each in proof.all:
        for case in each.cases:
            yield f"{each.name} ({each.stack}), {case.name}: {case.said}"
