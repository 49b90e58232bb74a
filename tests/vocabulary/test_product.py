from dataclasses import replace

import pytest

from components.problems import MISSING
from components.vocabulary import (
    Absence,
    Buckets,
    Count,
    Dashboard,
    Email,
    Lines,
    LogCount,
    LogMetric,
    Ratio,
    Severity,
    Standing,
    counter,
    hours,
    minutes,
    times,
)
from tests.refusals import refused, said
from tests.tiny import (
    API,
    CORRECT,
    FRONT,
    HEALTH,
    PAID,
    QUIET,
    ROW,
    TEAM,
    TELEMETRY,
    TINY,
    UP,
    VENDORS,
    WAKES,
    alert,
    product,
)

SALES = Count(PAID).over(minutes(5)).below(times(5))


def with_alert(*alerts, **other):
    return lambda: product(alerts=alerts, **other)


def test_the_severity_of_another_product_is_refused():
    other = Severity("P2", "Other", urgency=3, answer_within=minutes(5), tell=(TEAM,), rows=ROW)
    assert refused(with_alert(alert("few", SALES, other))) == [
        (
            "alert 'few', `severity`: 'P2' isn't one of Tiny's severities, so its consequences aren't agreed. "
            "-> P2, as Tiny declares it"
        )
    ]


def test_receivers_follow_from_severities_and_then_from_alerts():
    late = replace(QUIET, name="P3", escalate_after=hours(1), escalate_to=(Email("late@tiny.example"),))
    made = product(severities=(QUIET, WAKES, late))
    told = ["Slack #alerts", "PagerDuty tiny", "Email team@tiny.example", "Email late@tiny.example"]
    assert [str(each) for each in made.receivers] == [*told, "PagerDuty tiny-web"]


def test_metrics_and_services_follow_from_alerts_objectives_and_dashboards_in_the_order_of_first_use():
    clicks, opened, rare = (counter(name, "x", ("page",)) for name in ("clicks", "opened", "rare"))
    lines = Lines("x", (Count(opened.where(page="a")), Count(PAID), Count(VENDORS.errors)), about="x")
    made = product(
        alerts=(alert("few", SALES),),
        objectives=(replace(CORRECT, bad=Ratio(clicks.where(page="a"), of=clicks)), UP),
        dashboards=(Dashboard("main", "x", (lines, Buckets("x", API.latency, about="x")), about="x", rows=ROW),),
        also_emits=(rare,),
    )
    assert made.metrics == (PAID, clicks, opened, rare)
    assert made.services == (VENDORS, API)


def test_checks_follow_from_alerts_and_objectives():
    assert TINY.checks == (HEALTH, FRONT)
    assert product(alerts=(), dashboards=()).checks == (HEALTH,)
    assert product(alerts=TELEMETRY, objectives=(CORRECT,), dashboards=()).checks == ()


def test_an_objective_that_is_not_listed_is_refused_for_alerts_and_dashboards():
    board = Dashboard("main", "x", (Standing("x", CORRECT, about="x"),), about="x", rows=ROW)
    assert refused(lambda: product(objectives=(UP,), dashboards=(board,))) == [
        "alert 'burns', `when`: 'correct' isn't an objective of this product. -> add it to objectives=",
        "dashboard 'main', `widgets`: 'correct' isn't an objective of this product. -> add it to objectives=",
    ]


def test_an_alert_on_errors_needs_error_tracking():
    fatal = next(each for each in TINY.alerts if each.name == "fatal")
    (text,) = refused(with_alert(fatal, errors=None))
    assert text.startswith("alert 'fatal', `when`: 'any event of an issue, level at least fatal")
    assert text.endswith("needs error tracking. -> errors=ErrorTracking(…)")


def test_an_alert_on_what_no_alert_is_told_of_would_never_fire():
    fatal = next(each for each in TINY.alerts if each.name == "fatal")
    (text,) = refused(with_alert(fatal, errors=replace(TINY.errors, never=fatal.when.where[:1])))
    assert "alert 'fatal', `where`: 'level at least fatal' is excluded from all alerts" in text


@pytest.mark.parametrize(
    ("field", "items", "label"),
    [
        ("alerts", (alert("few", SALES), alert("few", SALES, WAKES)), "alert 'few'"),
        ("alerts", (alert("x", Absence((HEALTH, replace(HEALTH, path="/x")), over=hours(1))),), "check 'health'"),
        ("also_emits", (counter("payment.paid", "something else"),), "metric 'payment.paid'"),
        ("alerts", (alert("x", Absence(replace(API, about="x").errors, over=hours(1))),), "service 'tiny-api'"),
        ("severities", (WAKES, QUIET, QUIET), "severity 'P2'"),
        ("log_metrics", (LogMetric("a", LogCount(status=("*",)), about="x", rows=ROW),) * 2, "log metric 'a'"),
    ],
)
def test_two_of_one_name_are_refused(field, items, label):
    name = label.split("'")[1]
    assert refused(lambda: product(**{field: items})) == [
        f"{label}, `name`: '{name}' is used 2 times: one would replace the other. -> a different name for each"
    ]


@pytest.mark.parametrize(
    ("url", "why", "instead"),
    [
        ("http://tiny.example", "would be probed in the clear.", "https://tiny.example"),
        ("tiny.example", "isn't the address of a site.", "https://tiny.example"),
        ("https://tiny.example/", "isn't the address of a site.", "https://tiny.example"),
    ],
)
def test_a_site_has_an_https_address_without_a_path(url, why, instead):
    urls = {"production": {"api": "https://api.tiny.example", "web": url}}
    assert refused(lambda: product(urls=urls)) == [
        f"product 'tiny', `urls['production']['web']`: {url!r} {why} -> {instead}"
    ]


def test_every_environment_has_an_address_of_every_site_that_is_checked():
    assert refused(lambda: product(urls={"production": {"ap": "https://api.tiny.example", "web": "https://a.b"}})) == [
        "check 'health', `site`: 'api' has no address in production. -> ap"
    ]


@pytest.mark.parametrize("rows", ["TNY-1", "TNY-0001", "T-01", "TNY-01, TNY-02", "tny-01", " "])
def test_rows_are_ids_separated_by_spaces(rows):
    strange = LogMetric("sold", LogCount(status=("*",)), about="x", rows=rows)
    (said,) = refused(lambda: product(log_metrics=(strange,)))
    assert said.startswith(f"log metric 'sold', `rows`: {rows!r} isn't a list of row ids: two to five capitals")
    assert said.endswith('two or three digits; spaces between ids. -> "TIK-03 TIK-107", or no rows= without a document')


@pytest.mark.parametrize("rows", ["TNY-01", "TNY-01 TNY-107", "AB-99", "ABCDE-100"])
def test_rows_may_have_two_or_three_digits(rows):
    assert product(log_metrics=(LogMetric("sold", LogCount(status=("*",)), about="x", rows=rows),))


def test_a_product_without_a_document_names_no_rows():
    plain = tuple(replace(alert, rows="", severity=replace(alert.severity, rows="")) for alert in TINY.alerts)
    severities = tuple(replace(each, rows="") for each in TINY.severities)
    made = replace(TINY, severities=severities, alerts=plain)
    assert not any(alert.rows for alert in made.alerts)


def test_an_environment_that_the_product_has_not_decided_on_is_named_with_what_to_write():
    assert list(TINY.undecided("production")) == []
    assert said(TINY.undecided("canary")) == [
        (
            "tiny, `urls`: has no entry for canary, so its checks would have nothing to probe. "
            '-> "canary": {"api": "https://…", "web": "https://…"}'
        )
    ]
    assert next(TINY.undecided("canary")).value is MISSING


def test_a_product_without_checks_needs_no_address():
    assert list(product(alerts=TELEMETRY, objectives=(CORRECT,), urls={}).undecided("canary")) == []


def test_where_an_alert_is_evaluated_follows_from_what_it_watches():
    assert [each.name for each in TINY.alerts_at("checks")] == [
        "down",
        "front-down",
        "certificate",
        "unprobed",
        "up-burns",
    ]
    assert [each.name for each in TINY.alerts_at("errors")] == ["fatal", "returned", "many", "failed"]
    assert TINY.alerts_at("telemetry") == TELEMETRY


def test_the_file_of_a_product_is_named_after_it():
    assert product(name="a-lo-cubano").file == "stacks/a_lo_cubano.py"


def test_a_product_is_closed():
    (text,) = refused(lambda: product(severity=(WAKES,)))
    assert text.startswith("product 'tiny', `severity`: ")
    assert text.endswith(" isn't an argument of Product. -> severities")
