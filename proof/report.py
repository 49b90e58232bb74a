"""What was played, what wasn't and why, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proof.everything import AnyWatched, Proof

LANGUAGES = {"promql": "PromQL", "logql": "LogQL"}
KINDS = {
    "query alert": "metric queries",
    "log alert": "log searches",
    "service check": "service checks",
    "composite": "composites",
    "slo alert": "burn rates",
}


def report(proof: Proof, took: float) -> str:
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
        *(f"WRONG {problem}" for problem in proof.problems),
        *(f"not covered: {name}: {why}" for name, why in proof.uncovered.items()),
        *(f"FAILS {failure}" for failure in sorted(proof.failures, key=str)),
    ]
    return "\n".join(lines)


def _vendor(name: str, watched: Sequence[AnyWatched], languages: Sequence[str]) -> str:
    alerts, cases = len({each.name for each in watched}), sum(len(each.cases) for each in watched)
    spoken = " and ".join(part for part in (", ".join(languages[:-1]), *languages[-1:]) if part)
    return f"  {name}: {alerts} alerts, {cases} cases, in {spoken}"


def told(proof: Proof) -> Iterator[str]:
    """Every case in words."""
    for each in proof.all:
        for case in each.cases:
            yield f"{each.name} ({each.stack}), {case.name}: {case.said}"
