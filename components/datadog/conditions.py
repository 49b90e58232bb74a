"""Conditions as the queries of Datadog's monitors, or what to write where Datadog has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from components.datadog.queries import Expression, expression, facet, log_search
from components.datadog.spans import (
    ANOMALY_INTERVALS,
    BURN_WINDOWS,
    LONGEST_LOG_WINDOW,
    LONGEST_METRIC_WINDOW,
    accepted,
    burn_span,
    span,
    window,
)
from components.problems import MISSING, Problem
from components.scope import Scope
from components.translation import refusal, refusals, require
from components.vocabulary.at_datadog import ServiceCheck
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
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Amount, Duration, Frequency, Quantity, Unit, hours, plain
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total
from components.vocabulary.thresholds import Condition, Threshold

# "When using a division formula, a 60-second delay is helpful to ensure your monitor evaluates on complete values"
# (documentation, content/en/monitors/configuration/_index.md, Evaluation delay).
DIVISION_SECONDS = 60
# "By default, a group keeps the status for 24 hours before it is dropped" (the same page, Group retention time):
# what has to be silent for as long as that may be gone before anybody is told.
FORGOTTEN_AFTER = hours(24)
LONGEST_SERVICE_CHECK = 100
OBJECTIVE = "{objective}"  # stands for the id of the query's objective, which is known once it is declared


@dataclass(frozen=True)
class Query:
    """What differs between monitors: type, text, thresholds, and what missing data means."""

    type: str
    text: str
    thresholds: Mapping[str, str] | None = None
    windows: Mapping[str, str] | None = None
    missing: str | None = None  # None where the type has no such setting
    delay: int | None = None
    objective: str = ""  # the name of the one whose id OBJECTIVE stands for in the text


def query(scope: Scope, condition: Condition) -> Query:
    """The query of a condition. Raises InvalidDeclarationError for what Datadog doesn't evaluate."""
    when = known_condition(condition)
    match when:
        case Threshold(signal=LogCount() as logs) if logs.window:
            require(_unlasting(when), accepted(logs.window, LONGEST_LOG_WINDOW, "log"))
            by = f'.by("{",".join(map(facet, logs.by))}")' if logs.by else ""
            index = scope.slug() if scope.product.log_index else "*"
            head = f'logs("{_escaped(log_search(scope, logs))}").index("{index}").rollup("count"){by}'
            limit = _limits(when, Unit.COUNT)
            text = f'{head}.last("{span(logs.window)}") {_operator(when)} {limit["critical"]}'
            return Query("log alert", text, limit, missing="default")
        case Threshold():
            return _threshold(scope, when)
        case ServiceCheck():
            return _service_check(scope, when)
        case Absence(over=over):
            counted = expression(scope, Count(_silent(when))).inline()
            return Query(
                "query alert",
                f"sum({window(over)}):{counted} < 1",
                {"critical": "1"},
                missing="show_and_notify_no_data",
            )
        case Anomaly():
            return _anomaly(scope, when)
        case BudgetBurns(objective=objective, within=within):
            require(_burn_limits(when))
            text = (
                f'burn_rate("{OBJECTIVE}").over("{plain(objective.period.to("days"))}d")'
                f'.long_window("{burn_span(within)}").short_window("{burn_span(when.short)}") > {plain(when.burn_rate)}'
            )
            return Query("slo alert", text, {"critical": plain(when.burn_rate)}, objective=objective.name)
        case CheckFails() | CertificateExpires() | Issues():
            why = "isn't evaluated by Datadog: Grafana evaluates checks, Sentry evaluates issues."
            raise refusal(Problem("when", type(when).__name__, why, "a limit of a signal"))
        case _:
            assert_never(when)


def _service_check(scope: Scope, when: ServiceCheck) -> Query:
    require(
        Problem(field, number, "is more than Datadog looks back over.", f"at most {LONGEST_SERVICE_CHECK}")
        for field, number in (("failures", when.failures), ("successes", when.successes))
        if number > LONGEST_SERVICE_CHECK
    )
    checked = ",".join(f'"{tag}"' for tag in (f"env:{scope.environment.name}", f"product:{scope.product.name}"))
    by = ",".join(f'"{tag}"' for tag in when.by)
    # Looking further back than that, C C OK C would be three failures "in a row".
    last = max(when.failures, when.successes)
    text = f'"{when.check}".over({checked}).by({by}).last({last}).count_by_status()'
    limits = {"critical": str(when.failures), "warning": "1", "ok": str(when.successes)}
    return Query("service check", text, limits)


def _silent(when: Absence) -> Measured:
    """The one metric whose silence is told; how long Datadog waits for it."""
    metrics = when.metrics()
    if isinstance(when.of, tuple) or any(each.kind is Kind.GAUGE for each in metrics):
        why = "can't be watched for silence: a Datadog monitor can do that for one counter or distribution."
        names = ", ".join([each.name for each in metrics] + [each.name for each in when.checks()])
        raise refusal(Problem("of", names, why, "one counter, one alert each"))
    if not when.over < FORGOTTEN_AFTER:
        why = f"is too long: after {FORGOTTEN_AFTER} Datadog drops what is silent, and nobody would be notified."
        raise refusal(Problem("over", str(when.over), why, "at most 23 hours, or a Count(…).below(times(1))"))
    require(accepted(when.over, LONGEST_METRIC_WINDOW, "metric"))
    return metrics[0]


def _unlasting(when: Threshold) -> Iterator[Problem]:
    if when.lasting:
        why = "isn't supported by Datadog: its monitors look at one window."
        yield Problem("lasting", str(when.lasting), why, "a longer .over(…), and no lasting=")


def _ungated(when: Threshold) -> Iterator[Problem]:
    match when:
        case Threshold(signal=Ratio(at_least=None, part=part), sense="below") if part.kind is Kind.COUNTER:
            why = "is missing: without traffic Datadog takes the share as 0, so a quiet night would alert."
            yield Problem("at_least", MISSING, why, "at_least=times(5)")
        case _:
            pass


def _burn_limits(when: BudgetBurns) -> Iterator[Problem]:
    shortest, longest = BURN_WINDOWS
    if when.within < shortest or longest < when.within:
        why = "is outside the range that Datadog's burn-rate alerts accept."
        instead = 'burn_rates(…, windows=(*WORKBOOK[:2], BurnRate(3, days(1), "ticket")))'
        told = f"{shortest} to {longest}" + (f", such as {instead}" if longest < when.within else "")
        yield Problem("within", str(when.within), why, told)
    elif when.short.to("minutes") % 1:
        why = f"has a twelfth of {when.short}; Datadog takes whole minutes."
        yield Problem("within", str(when.within), why, "a multiple of 12 minutes")
    if when.at_least and when.objective.bad is None:
        why = "counts events, but the objective measures time."
        yield Problem("at_least", str(when.at_least), why, "no at_least=, or an objective of bad events")


def _threshold(scope: Scope, when: Threshold) -> Query:
    require(
        _unlasting(when),
        accepted(when.signal.window, LONGEST_METRIC_WINDOW, "metric"),
        refusals("", lambda: expression(scope, when.signal)),
        _ungated(when),
    )
    limits = _limits(when, when.signal.unit)
    made = expression(scope, when.signal, bare=when.sense == "above")
    if isinstance(when.signal, Rate):
        made = _per_second(scope, when.signal)
    text = f"{made.combine}({_window(when)}):{made.inline()} {_operator(when)} {limits['critical']}"
    match when.signal:
        case Ratio(part=part) if part.kind is Kind.COUNTER and when.sense == "below":
            missing = "default"  # the only choice with default_zero; that there was traffic at all, its gate says
        case Level():
            missing = "show_no_data"  # a host that is gone is to be seen
        case Count(by=()) | Rate(by=()) | Total(by=()) if when.sense == "below":
            missing = "default"  # for counts that is 0, which is what such an alert waits for
        case _:
            missing = "resolve"  # without traffic a ratio or a percentile has no value, and that is healthy
    return Query("query alert", text, limits, missing=missing, delay=_delay(made))


def _per_second(scope: Scope, rate: Rate) -> Expression:
    """All events of the window by its seconds: avg() of as_rate() leaves out the times without any event."""
    made = expression(scope, Count(rate.metric, by=rate.by))
    assert rate.window
    return replace(made, formula=f"{made.formula} / {rate.window.seconds}")


def gate(scope: Scope, when: Condition, delay: int | None) -> Query | None:
    """The traffic that has to be there for a ratio to mean anything, in the same window of time."""
    match when:
        case Threshold(signal=Ratio(window=Duration() as over, at_least=Amount() as at_least) as ratio):
            counted = [expression(scope, Count(metric, by=ratio.by)).inline() for metric in ratio.whole]
        case Threshold(signal=Ratio(window=Duration() as over, at_least=Frequency() as rate) as ratio):
            made = expression(scope, ratio, bare=True)
            whole = replace(made, formula=made.formula.partition(" / ")[2]).inline()
            least = plain(rate.number)
            # All the time: each point of the ratio counts as much as any other, however little is behind it.
            text = f"min({window(over)}):{whole} >= {least}"
            return Query("query alert", text, {"critical": least}, missing="resolve", delay=delay)
        case Threshold(signal=Mean() | Percentile() as values) if values.at_least and values.window:
            over, at_least = values.window, values.at_least
            counted = [expression(scope, Count(values.metric, by=values.by)).inline()]
        case BudgetBurns(objective=Objective(bad=Ratio() as ratio), within=over, at_least=Amount() as at_least):
            counted = [expression(scope, Count(metric)).inline() for metric in ratio.whole]
        case _:
            return None
    least = plain(at_least.number)
    text = f"sum({window(over)}):{' + '.join(counted)} >= {least}"
    return Query("query alert", text, {"critical": least}, missing="resolve", delay=delay)


def _anomaly(scope: Scope, when: Anomaly) -> Query:
    require(_anomaly_limits(when), refusals("", lambda: expression(scope, when.signal)))
    made: Expression = expression(scope, when.signal, bare=True)
    options = [
        f"direction='{when.side}'",
        f"interval={ANOMALY_INTERVALS[when.history]}",
        f"alert_window='{window(when.lasting)}'",
        *([f"seasonality='{when.season}'"] if when.season else []),
    ]
    algorithm = "agile" if when.season else "basic"
    share = plain(when.share.to("ratio"))
    inner = f"anomalies({made.inline()}, '{algorithm}', {when.deviations}, {', '.join(options)})"
    text = f"avg({window(when.history)}):{inner} >= {share}"
    windows = {"trigger_window": window(when.lasting), "recovery_window": window(when.lasting)}
    limits = {"critical": share, "critical_recovery": "0"}
    return Query("query alert", text, limits, windows, missing="show_no_data", delay=_delay(made))


def _anomaly_limits(when: Anomaly) -> Iterator[Problem]:
    if when.history < when.lasting:
        why = f"is longer than the history of {when.history} that Datadog evaluates."
        yield Problem("lasting", str(when.lasting), why, "a shorter time, or a longer history=")
    if when.history not in ANOMALY_INTERVALS:
        offered = ", ".join(str(known) for known in ANOMALY_INTERVALS)
        yield Problem("history", str(when.history), "has an unknown resolution.", f"one of {offered}")


def _delay(made: Expression) -> int | None:
    return DIVISION_SECONDS if " / " in made.formula else None


def _limits(when: Threshold, unit: Unit) -> dict[str, str]:
    """Datadog's thresholds: the same numbers as in the query, in the unit of the metric."""
    wanted: dict[str, Quantity | None] = {
        "critical": when.critical,
        "critical_recovery": when.recovery(when.critical),
        "warning": when.warn,
        "warning_recovery": when.recovery(when.warn) if when.warn else None,
    }
    return {name: plain(limit.to(unit)) for name, limit in wanted.items() if limit is not None}


def _window(when: Threshold) -> str:
    return window(when.signal.window) if when.signal.window else ""


def _operator(when: Threshold) -> str:
    return ">" if when.sense == "above" else "<"


def _escaped(search: str) -> str:
    return search.replace('"', '\\"')
