"""What Grafana doesn't offer to products that keep their metrics there is refused in words."""

from functools import partial

import pytest

from components.grafana import limits
from components.vocabulary import (
    Absence,
    Anomaly,
    BudgetBurns,
    Count,
    Dashboard,
    ErrorCount,
    Kind,
    Level,
    Lines,
    LogCount,
    Objective,
    PostMortem,
    Scrape,
    Service,
    ServiceCheck,
    StatusPage,
    Unit,
    counter,
    days,
    distribution,
    exposed,
    gauge,
    hours,
    infrastructure,
    minutes,
    percent,
    seconds,
    times,
)
from tests.refusals import said
from tests.tiny import ROW, STAGING, alert, environment
from tests.tiny_grafana import ALERTS, CORRECT, DASHBOARD, FAST, GRAFANA, PATIENT, REQUESTS, SLOW, USED, kept_at_grafana

DISK = infrastructure("system.disk.in_use", Unit.RATIO, "x")
API = Service("api", "express.request", about="Requests")


def found(**other):
    return said(limits.problems(kept_at_grafana(**other)))


def of(when, **other):
    """What is said about one alert of the product without pages."""
    only = {"dashboards": ()}
    return found(alerts=(alert("strange", when, PATIENT),), **(only | other))


@pytest.mark.parametrize("other", [{}, {"environment": STAGING}], ids=["production", "staging"])
def test_what_grafana_offers_is_not_refused(other):
    assert found(**other) == []


def test_log_lines_can_neither_be_asked_to_last_nor_to_escalate():
    lost = LogCount(fields={"event": "loss"}).over(minutes(10)).above(times(0), lasting=minutes(5))
    lasting, escalating = of(lost)
    assert "`lasting`: '5 minutes' isn't supported for log lines in Grafana" in lasting
    assert "`severity`: 'P2' escalates after 30 minutes, but a Grafana log query" in escalating


DATADOG = "is evaluated by Datadog only; Grafana has no such alert rule. -> a Threshold on a metric"


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (
            SLOW.above(seconds(3), warn=seconds(1)),
            (
                "`warn`: '1 second' isn't supported by Grafana: a rule has one limit and one receiver. "
                "-> a second alert of a lower severity, with this limit"
            ),
        ),
        (
            Anomaly(Count(REQUESTS), side="both", lasting=hours(1), share=percent(50)),
            f"`when`: 'Anomaly' {DATADOG} of the application",
        ),
        (
            ServiceCheck("a.b", failures=1, successes=1, by=("host",)),
            f"`when`: 'ServiceCheck' {DATADOG} of the application",
        ),
        (
            Count(API.requests).over(hours(1)).above(times(1)),
            (
                "`metrics`: 'api requests' is computed by Datadog's tracer and doesn't reach Grafana. "
                "-> a counter or distribution that the application sends"
            ),
        ),
        (
            Level(DISK).over(hours(1)).above(percent(1)),
            (
                "`metrics`: 'system.disk.in_use' isn't a name that Prometheus accepts; it is used unchanged. "
                "-> the name at the endpoint, such as system_disk_in_use"
            ),
        ),
        (
            Count(REQUESTS).over(minutes(2)).above(times(1)),
            (
                "`over`: '2 minutes' holds fewer than 5 points of http.requests, which arrive every 60 seconds. "
                "-> at least 5 minutes"
            ),
        ),
        (
            Level(USED).over(minutes(1)).above(times(1)),
            (
                "`over`: '1 minute' holds fewer than 2 points of pool.used, which arrive every 60 seconds. "
                "-> at least 2 minutes"
            ),
        ),
        (
            BudgetBurns(CORRECT, spending=percent(1), within=minutes(30)),
            (
                "`within`: 'a twelfth of the window, 2.5 minutes' holds fewer than 5 points of http.failures, "
                "which arrive every 60 seconds. -> at least 5 minutes"
            ),
        ),
    ],
)
def test_a_condition_that_could_not_be_evaluated_is_refused(when, text):
    assert of(when) == [f"alert 'strange', {text}"]


def test_a_traffic_gate_is_refused_where_there_are_no_events():
    time = Objective("time", percent(99), good=Level(USED).over(hours(1)).below(times(9)), summary="x", rows=ROW)
    burns = BudgetBurns(time, spending=percent(5), within=hours(6), at_least=times(5))
    (problem,) = of(burns, objectives=(time,))
    assert "`at_least`: '5' counts events" in problem


def test_what_is_scraped_more_rarely_needs_longer_windows():
    seen = exposed("seen_total", Kind.COUNTER, Unit.COUNT, "x")
    scrape = Scrape("metrics", "api", "/metrics", every=seconds(120), rows=ROW)
    (problem,) = of(Count(seen).over(minutes(5)).above(times(1)), objectives=(), scrape=scrape)
    assert problem.endswith("which arrive every 120 seconds. -> at least 10 minutes")


def test_names_that_are_taken_by_what_is_made_for_others_are_refused():
    when = Absence(REQUESTS, over=hours(1))
    assert found(alerts=(alert("slow", when, PATIENT), alert("slow-late", when, PATIENT))) == [
        "alert 'slow-late', `name`: 'slow-late' is the name of the rule that escalates slow. -> another name"
    ]
    assert found(alerts=(alert("p2-late", when, PATIENT, tell=PATIENT.tell),)) == [
        (
            "alert 'p2-late', `name`: 'p2-late' is the name of a severity's contact point, and this alert has its own. "
            "-> another name"
        )
    ]


def test_metrics_are_fetched_every_30_60_or_120_seconds():
    scrape = Scrape("metrics", "api", "/metrics", every=seconds(15), rows=ROW)
    assert found(scrape=scrape) == [
        (
            "scrape, `every`: '15 seconds' isn't an interval at which Grafana Cloud fetches metrics. "
            "-> one of 30 seconds, 60 seconds, 120 seconds"
        )
    ]


def test_objectives_are_kept_for_whole_days():
    half = Objective("half", percent(99), good=FAST.good, period=days(1.5), summary="x", rows=ROW)
    assert found(objectives=(*GRAFANA.objectives, half)) == [
        (
            "objective 'half', `period`: '1.5 days' isn't a period that Grafana accepts for objectives. "
            "-> whole days, such as days(30)"
        )
    ]


def test_what_only_datadog_has_is_refused_instead_of_left_out():
    page = StatusPage("tiny", "x", components=("API",), rows=ROW)
    texts = found(status_page=page, post_mortem=PostMortem("x", "docs/post-mortem.md", rows=ROW))
    assert [text.partition(":")[0] for text in texts] == ["product, `status_page`", "product, `post_mortem`"]
    assert all("is declared in Datadog only, and would be left out here" in text for text in texts)


def test_errors_are_drawn_where_they_are_counted():
    page = Dashboard("errors", "x", (Lines("Errors", (ErrorCount(),), about="x"),), about="x", rows=ROW)
    (problem,) = found(dashboards=(page,))
    assert problem.startswith("dashboard 'errors', widget 'Errors', `signal`: 'errors' is counted in Sentry")


def test_logs_need_a_source_of_logs():
    nowhere = environment(grafana_logs_datasource="")
    assert found(environment=nowhere) == [
        (
            "stack file, `grafana-logs-datasource`: is empty, but alerts or dashboards count log lines. "
            "-> the uid of the data source of logs"
        )
    ]
    without = [each for each in ALERTS if not isinstance(each.when.signals()[:1] and each.when.signals()[0], LogCount)]
    widgets = [each for each in DASHBOARD.widgets if not any(isinstance(line, LogCount) for line in each.signals())]
    page = Dashboard("main", "x", tuple(widgets), about="x", rows=ROW)
    assert found(environment=nowhere, alerts=tuple(without), dashboards=(page,)) == []


@pytest.mark.parametrize(
    ("one", "other", "series"),
    [
        (counter("paid", "x"), counter("paid.total", "x"), "paid_total"),
        (distribution("wait", Unit.SECONDS, "x"), gauge("wait.seconds.count", Unit.COUNT, "x"), "wait_seconds_count"),
        (gauge("free", Unit.RATIO, "x"), gauge("free.ratio", Unit.RATIO, "x"), "free_ratio"),
    ],
)
def test_metrics_that_are_kept_as_one_series_are_refused(one, other, series):
    (text,) = said(limits.problems(kept_at_grafana(also_emits=(one, other))))
    assert text == (
        f"metric {other.name!r}, `name`: {other.name!r} is stored as the series {series}, and so is {one.name!r}: "
        "they can't be told apart. -> another name"
    )


@pytest.mark.parametrize("tag", ["le", "__name__", "alertname", "quantile", "grafana_folder"])
def test_tags_that_prometheus_or_grafana_sets_are_refused(tag):
    emitted = (distribution("wait", Unit.SECONDS, "x", (tag,)),)
    (text,) = said(limits.problems(kept_at_grafana(also_emits=emitted)))
    assert text.startswith(f"metric 'wait', `tags`: {tag!r} is a label that Prometheus or Grafana sets")


@pytest.mark.parametrize(
    ("sent", "own", "free"),
    [
        (counter, ("job", "deployment.environment"), ("product", "instance")),
        (partial(exposed, kind=Kind.COUNTER, unit=Unit.COUNT), ("product", "env"), ("job", "instance")),
    ],
)
def test_tags_that_say_whose_metric_it_is_are_refused(sent, own, free):
    emitted = (sent("waits", about="x", tags=(*own, *free)),)
    found = said(limits.problems(kept_at_grafana(also_emits=emitted)))
    assert [text.partition(" is a label")[0] for text in found] == [
        f"metric 'waits', `tags`: {tag!r}" for tag in sorted(own)
    ]
