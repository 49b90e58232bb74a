"""Conditions as the queries of Grafana-managed rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Literal, assert_never

from components.grafana.budgets import bad_share
from components.grafana.checks import job, of_job
from components.grafana.memory import MEMORY
from components.grafana.promql import absent, expression, log_query, window
from components.grafana.verdicts import LOOKED_AT, Limits, Query, kept, verdict_of
from components.problems import Problem
from components.scope import Scope
from components.translation import every, refusal, refusals, require
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.at_grafana import LogQL
from components.vocabulary.checks import Check
from components.vocabulary.conditions import (
    Absence,
    Anomaly,
    BudgetBurns,
    CertificateExpires,
    CheckFails,
    known_condition,
)
from components.vocabulary.error_tracking import Issues
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind, Measured, Source
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Duration, minutes, plain, seconds
from components.vocabulary.thresholds import Condition, Signal, Threshold

SENT_EVERY = seconds(60)  # OpenTelemetry's interval of export
LATELY = Duration(MEMORY.to("hours") / 2, "hours")  # so that nothing is forgotten before that is missed
POINTS = {Kind.COUNTER: 5, Kind.DISTRIBUTION: 5, Kind.GAUGE: 2}  # in a window: a rate needs two, and some come late


def query(scope: Scope, condition: Condition) -> Query:
    """The query of a condition. Raises InvalidDeclarationError for what Grafana doesn't evaluate."""
    when = known_condition(condition)
    match when:
        case Threshold(signal=LogCount() as signal):
            return _counted(scope, when, signal, _over(when))
        case Threshold(signal=LogQL()):
            return _of_lines(scope, when, _over(when))
        case Threshold():
            return _threshold(scope, when, _over(when))
        case CheckFails(check=check):
            interval, rounds = scope.interval(check), scope.rounds(when)
            # The best of all locations: one that fails alone is a network's problem, not the product's. Of each its
            # latest result, as probes that run rarely publish the one before again every two minutes.
            once = Duration(interval.to("seconds") + LOOKED_AT.to("seconds"), "seconds")
            best = f"max by (job) (last_over_time(probe_success{of_job(scope, check)}[{window(once)}]))"
            lasting = Duration(interval.to("seconds") * (rounds - 1), "seconds") if rounds > 1 else None
            text = kept(verdict_of(best, best, Limits("<", "1"), lasting), interval)
            return Query(text, interval, "lt", Decimal(1))
        case CertificateExpires(within=within):
            jobs = "|".join(re.escape(job(scope, check)).replace("\\-", "-") for check in when.checks())
            text = f'min by (job, instance) (probe_ssl_earliest_cert_expiry{{job=~"{jobs}"}}) - time()'
            over = minutes(10)
            return Query(kept(text, over), over, "lt", within.to("seconds"))
        case Absence(over=over):
            texts = every(lambda metric: absent(scope, metric, when.over), when.metrics())
            for check in when.checks():
                over = max(over, _rounds(scope, check, 2))
                texts.append(f"absent_over_time(probe_success{of_job(scope, check)}[{window(over)}])")
            # With the 0 there is always an answer, and no answer is the data source's failure.
            return Query(f"sum({' or '.join(texts)}) or vector(0)", over, "gt", Decimal(0))
        case BudgetBurns(objective=objective):
            return _burning(scope, when, objective)
        case Anomaly() | ServiceCheck():
            why = "is evaluated by Datadog only; Grafana has no such alert rule."
            instead = "a Threshold on a metric of the application"
            raise refusal(Problem("when", type(when).__name__, why, instead))
        case Issues():
            why = "is evaluated by Sentry only, where the issues are."
            raise refusal(Problem("when", type(when).__name__, why, "a Count of a counter of failures"))
        case _:
            assert_never(when)


def _over(when: Threshold) -> Duration:
    """The window that every threshold has: one without is refused as a word."""
    assert when.signal.window
    return when.signal.window


def enough(scope: Scope, over: Duration | None, metrics: tuple[Measured, ...], field: str) -> Iterator[Problem]:
    """A problem for a window that holds too few points to compute anything from."""
    scrape = scope.product.scrape
    for metric in metrics:
        scraped = metric.source is not Source.APPLICATION and scrape
        interval = scrape.every if scraped and scrape else SENT_EVERY
        least = Duration(interval.to("minutes") * POINTS[metric.kind], "minutes")
        if over is not None and over < least:
            why = f"holds fewer than {POINTS[metric.kind]} points of {metric.name}, which arrive every {interval}."
            short = "a twelfth of the window, " if field == "within" else ""
            yield Problem(field, f"{short}{over}", why, f"at least {least}")
            return


def _one_limit(when: Threshold) -> Iterator[Problem]:
    if when.warn is not None:
        why = "isn't supported by Grafana: a rule has one limit and one receiver."
        yield Problem("warn", str(when.warn), why, "a second alert of a lower severity, with this limit")


def _threshold(scope: Scope, when: Threshold, over: Duration) -> Query:
    require(
        _one_limit(when),
        refusals("", lambda: expression(scope, when.signal, window(over))),
        enough(scope, over, when.metrics(), "over"),
    )
    value = expression(scope, when.signal, window(over))
    # The gate is for firing. A few requests that work are enough for "over"; none at all are not.
    ungated = expression(scope, _ungated(when.signal), window(over))
    verdict = verdict_of(value, ungated, _limits(when), when.lasting)
    # A verdict that is the bare value ends with the data of all groups at once.
    parted = when.groups() and verdict != value
    return Query(
        verdict=kept(verdict, over),
        over=over,
        compare="gt" if when.sense == "above" else "lt",
        limit=when.critical.to(when.signal.unit),
        value=kept(ungated, over),
        present=expression(scope, _ungated(when.signal), window(min(over, LATELY))) if parted else "",
    )


def _counted(scope: Scope, when: Threshold, logs: LogCount, over: Duration) -> Query:
    """Log lines. LogQL has no subqueries, so what lies between is no data, in which Grafana keeps the state."""
    require(_one_limit(when), _lasting_lines(when))
    # While no line at all arrives, nobody knows whether there were any: that is for an alert on silence to tell.
    above = when.sense == "above"
    count = log_query(scope, logs, window(over), shipped=above)
    ended = log_query(scope, logs, window(over), lately=True) if above else count
    return Query(
        verdict=verdict_of(count, ended, _limits(when), None),
        over=over,
        compare="gt" if when.sense == "above" else "lt",
        limit=when.critical.to(when.signal.unit),
        logs=True,
    )


def _lasting_lines(when: Threshold) -> Iterator[Problem]:
    if when.lasting:
        why = "isn't supported for log lines in Grafana, whose queries see one window."
        yield Problem("lasting", str(when.lasting), why, "a longer over=, and no lasting=")


def _of_lines(scope: Scope, when: Threshold, over: Duration) -> Query:
    """LogQL that a product file brings: as it is, without what a count of lines has for silence."""
    require(_one_limit(when), _lasting_lines(when))
    text = expression(scope, when.signal, window(over))
    compare: Literal["gt", "lt"] = "gt" if when.sense == "above" else "lt"
    limit = when.critical.to(when.signal.unit)
    return Query(verdict_of(text, text, _limits(when), None), over, compare, limit, logs=True)


def _limits(when: Threshold) -> Limits:
    recovery, unit = when.recovery(when.critical), when.signal.unit
    return Limits(
        ">" if when.sense == "above" else "<",
        plain(when.critical.to(unit)),
        None if recovery is None else plain(recovery.to(unit)),
    )


def _ungated(signal: Signal) -> Signal:
    return replace(signal, at_least=None) if getattr(signal, "at_least", None) else signal  # type: ignore[type-var]


def _burning(scope: Scope, when: BudgetBurns, objective: Objective) -> Query:
    require(_burn_limits(scope, when, objective))
    short = when.short
    if isinstance(objective.good, Check):
        # With rare probes a twelfth of the window may hold none: two rounds at least.
        short = max(short, _rounds(scope, objective.good, 2))
    budget, rate = plain(1 - objective.target.to("ratio")), plain(when.burn_rate)
    least = when.at_least.number if when.at_least else None
    if least and isinstance(objective.good, Check):
        # An environment that probes rarely, from one place, may not make so many probes at all; one is never enough.
        probes = len(scope.environment.probe_from) * when.within.seconds // scope.interval(objective.good).seconds
        least = min(least, Decimal(max(2, probes // 2)))

    def burnt(over: Duration, at_least: str = "") -> str:
        return f"{bad_share(scope, objective, window(over), at_least)} / {budget}"

    long, brief = burnt(when.within), burnt(short)
    fires = f"{burnt(when.within, plain(least)) if least else long} > {rate} and {brief} > {rate}"
    verdict = f"{fires} or {brief} <= {rate} or {long} <= {rate}"
    over = max(when.within, short)
    return Query(kept(verdict, over), over, "gt", when.burn_rate)


def _burn_limits(scope: Scope, when: BudgetBurns, objective: Objective) -> Iterator[Problem]:
    if isinstance(objective.good, Threshold) and when.at_least is not None:
        why = "counts events, but a threshold is met for a share of the time."
        yield Problem("at_least", str(when.at_least), why, "no at_least=")
    yield from refusals("", lambda: bad_share(scope, objective, window(when.within)))
    yield from enough(scope, when.short, when.metrics(), "within")


def _rounds(scope: Scope, check: Check, rounds: int) -> Duration:
    return Duration(scope.interval(check).to("minutes") * rounds, "minutes")
