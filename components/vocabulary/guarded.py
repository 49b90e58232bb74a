"""The alerts that guards make: those said at checks, at the log index and at objectives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import LogIndex, LogsStored
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, BudgetBurns, CertificateExpires
from components.vocabulary.guards import Expiry, Guard, Silence
from components.vocabulary.log_signals import LogCount
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Severity
from components.vocabulary.quantities import Amount, days, times
from components.vocabulary.thresholds import Condition

# Every product's checks run there, whoever keeps its telemetry.
NO_PROBES = "Look at Synthetic Monitoring in Grafana Cloud: is the check enabled, are executions left this month?"
NO_LOGS = "See whether the index is over its daily limit; else whether the agent ships the application's JSON."
BURNING = "See on its dashboard when that began, and what changed then: a deploy, the load, a dependency."

G = TypeVar("G", bound=Guard)


def guarding_checks(title: str, checks: Sequence[Check]) -> Iterator[Alert]:
    """One alert for the checks with the same guard: that they no longer run, that their certificate ends."""
    for silence, watched in _alike((_guard(Silence, each.if_silent), each) for each in checks):
        yield _alert(
            silence,
            "checks-silent",
            Absence(watched, over=silence.after),
            [each.rows for each in watched],
            summary=f"A check of {title} from outside has not run for {{window}}: an outage would go unnoticed",
            runbook=NO_PROBES,
        )
    for expiry, watched in _alike((_guard(Expiry, each.if_certificate_ends), each) for each in checks):
        yield _alert(
            expiry,
            "certificate-expires",
            CertificateExpires(watched, within=expiry.within),
            [each.rows for each in watched],
            summary=f"A TLS certificate of {title} expires in less than {{threshold}}",
            runbook="Renew it, and find out why the automatic renewal did not.",
        )


def guarding_logs(file: str, index: LogIndex | None, alerts: Iterable[Alert]) -> Iterator[Alert]:
    """That the index gets nothing, or is near its daily limit: then the alerts on log events are blind."""
    if index is None:
        return
    blind = [alert for alert in alerts if any(isinstance(each, LogCount) for each in alert.when.signals())]
    names = " and ".join(sorted(alert.name for alert in blind)) or "whoever looks for a cause"
    rows = [index.rows, *(alert.rows for alert in blind)]
    many = len(blind) > 1
    silence = _guard(Silence, index.if_silent)
    if silence:
        yield _alert(
            silence,
            "logs-silent",
            LogCount(status="*").over(silence.after).below(times(1)),
            rows,
            summary=f"The log index received nothing for {{window}}: {names} {'are' if many else 'is'} blind",
            runbook=NO_LOGS,
        )
    full = _guard(Guard, index.if_nearly_full)
    if full:
        limit = Amount(index.at_most_daily.number * index.warn_at.to("ratio"), index.at_most_daily.unit)
        yield _alert(
            full,
            "log-limit-near",
            LogsStored().over(days(1)).above(limit),
            rows,
            summary="{threshold} log events were stored in {window}: "
            f"at the daily limit {names} {'go' if many else 'goes'} blind",
            runbook=f"Find what logs more than usual and stop it; until then raise at_most_daily in {file}.",
        )


def guarding_objectives(objectives: Iterable[Objective]) -> Iterator[Alert]:
    """That an objective's budget is used up too fast."""
    for objective in objectives:
        for burn in objective.alerts:
            condition = BudgetBurns(objective, rate=burn.rate, within=burn.within, at_least=burn.at_least)
            length = f"{burn.within.number:f}".replace(".", "-") + burn.within.unit[0]
            yield _alert(
                burn,
                f"{objective.name}-burns-{length}",
                condition,
                [objective.rows],
                summary=f"The error budget of {objective.name} goes {{rate}} times as fast as it may, over {{window}}",
                runbook=BURNING,
            )


def _guard(kind: type[G], given: Severity | G | None) -> G | None:
    return kind(given) if isinstance(given, Severity) else given


def _alike(given: Iterable[tuple[G | None, Check]]) -> Iterator[tuple[G, tuple[Check, ...]]]:
    """Each guard, with the checks that have it."""
    found: dict[G, tuple[Check, ...]] = {}
    for guard, check in given:
        if guard is not None:
            found[guard] = (*found.get(guard, ()), check)
    # By name: the order of a file decides nothing.
    return ((guard, tuple(sorted(checks, key=lambda each: each.name))) for guard, checks in found.items())


def _alert(guard: Guard, name: str, when: Condition, rows: Iterable[str], *, summary: str, runbook: str) -> Alert:
    """An alert as the guard says it, and in the usual words where it says nothing."""
    return Alert(
        guard.alert or name,
        guard.severity,
        when=when,
        summary=guard.summary or summary,
        runbook=guard.runbook or runbook,
        rows=guard.rows or " ".join(sorted({row for each in rows for row in each.split()})),
    )
