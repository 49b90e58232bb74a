"""What no word says: a query in one vendor's own language, and a vendor's own options. Both are read and kept apart."""

import dataclasses
import json

import pytest

from components.options import elsewhere
from components.vendors import vendors_used
from components.vocabulary import (
    Dashboard,
    DatadogQuery,
    Issues,
    Lines,
    LogQL,
    Number,
    PromQL,
    Ratio,
    Unit,
    gauge,
    hours,
    minutes,
    percent,
    times,
)
from review.trace import in_own_words
from tests.components.conftest import declare
from tests.refusals import refused, said
from tests.tiny import PAID, PRODUCTION, ROW, STAGING, TINY, TRIED, alert, scope
from tests.tiny_grafana import PATIENT, WAKES, kept_at_grafana

SLOTS = gauge("pool.slots", Unit.COUNT, "Free slots", ("host",))
FREE = DatadogQuery(
    "free slots",
    "max:pool.slots{$scope,!host:old} by {host}",
    of=(SLOTS,),
    measured_in=Unit.COUNT,
    by=("host",),
    window=minutes(5),
    taking="minimum",
)
WAITS = PromQL("waits", "sum(rate(pool_slots{$scope}[$over]))", of=(SLOTS,), measured_in=Unit.PER_SECOND)
LINES = LogQL("refusals", 'sum(count_over_time({$scope} |= "no {" [$over]))', measured_in=Unit.COUNT)


def page(*signals):
    """A dashboard of these alone."""
    widgets = (Lines("Drawn", signals, about="x"), Number("Now", signals[0], about="x", last=(hours(1),)))
    return (Dashboard("main", "x", widgets, about="x", rows=ROW),)


def at_datadog(signal):
    return said(limits("datadog", scope(dashboards=page(signal), alerts=())))


def at_grafana(signal, **other):
    return said(limits("grafana", kept_at_grafana(dashboards=page(signal), alerts=(), **other)))


def limits(vendor, product):
    from importlib import import_module

    return import_module(f"components.{vendor}.limits").problems(product)


@pytest.mark.parametrize(("where", "env"), [(PRODUCTION, "production"), (STAGING, "staging")])
def test_a_query_of_datadogs_is_narrowed_in_every_environment_in_alerts_and_on_dashboards(where, env):
    made = declare(scope(where, alerts=(alert("few", FREE.below(times(2))),), dashboards=page(FREE), objectives=()))
    query = f"max:pool.slots{{env:{env},service:tiny-api,!host:old}} by {{host}}"
    assert made.one("Monitor", "few")["query"] == f"min(last_5m):{query} < 2"
    widgets = json.loads(made.one("DashboardJson", "dashboard-main")["dashboard"])["widgets"]
    drawn = [each["definition"]["requests"][0]["queries"][0] for each in widgets]
    assert [each["query"] for each in drawn] == [query, query]
    assert drawn[1]["aggregator"] == "min"


def test_promql_and_logql_are_narrowed_and_get_their_range():
    alerts = (
        alert("waits", over(WAITS), WAKES),
        alert("refused", over(LINES), WAKES),
    )
    made = declare(kept_at_grafana(alerts=alerts, dashboards=page(WAITS), objectives=()))
    labels = 'job="tiny-api",deployment_environment="production"'
    (rule,) = made.one("RuleGroup", "rule-waits")["rules"]
    assert f"sum(rate(pool_slots{{{labels}}}[5m]))" in json.loads(rule["datas"][0]["model"])["expr"]
    (rule,) = made.one("RuleGroup", "rule-refused")["rules"]
    assert rule["datas"][0]["datasourceUid"] == PRODUCTION.grafana_logs_datasource
    lines = 'service_name="tiny-api",deployment_environment="production"'
    assert f'{{{lines}}} |= "no {{" [5m]' in json.loads(rule["datas"][0]["model"])["expr"]


def over(signal):
    from components.vocabulary import per_second

    limit = per_second(1) if signal.unit is Unit.PER_SECOND else times(1)
    return signal.over(minutes(5)).above(limit)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("max:pool.slots{$scope} by {host", "can't be read as Datadog's (at column"),
        ("max:pool.slots{$scope OR host:a} by {host}", "asks for pool.slots of every product and environment."),
        ("max:pool.slots{$scope} by {host} / max:pool.slots{*} by {host}", "asks for pool.slots of every product"),
        ("max:pool.other{$scope} by {host}", "asks for pool.other, which of= doesn't name."),
        ("max:pool.slots{$scope} by {device}", "groups pool.slots by device, and by= says something else."),
        ("max:pool.slots{$scope} by {host}, max:pool.slots{$scope} by {host}", "are several queries."),
        ("max:pool.slots{$scope} by {host}.rollup(max, $over)", "has a window, which at Datadog is the monitor's."),
    ],
)
def test_a_query_that_datadog_would_not_take_or_that_sees_other_environments_is_refused(query, text):
    problems = at_datadog(dataclasses.replace(FREE, query=query))
    assert any(f"`{'by' if 'groups' in text else 'query'}`: " in each and text in each for each in problems), problems


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("sum(rate(pool_slots{$scope}[$over])", "can't be read as PromQL"),
        ("sum(rate(pool_slots{$scope}[$over])) / sum(rate(pool_slots[$over]))", "asks for pool_slots of every product"),
        ('rate(pool_slots{$scope or job="x"}[$over])', "of every product and environment."),
        ("rate(pool_other{$scope}[$over])", "asks for pool_other, which of= doesn't name."),
    ],
)
def test_promql_that_can_not_be_read_or_sees_other_environments_is_refused(query, text):
    problems = at_grafana(dataclasses.replace(WAITS, query=query))
    assert any(text in each for each in problems), problems


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('sum(count_over_time({app="x"} |= "$scope" [$over]))', "reads the lines of every product and environment."),
        ('sum(count_over_time({$scope} |= "no [$over]))', "has a quote or bracket without its other half."),
        ("{$scope}", "gives lines and no number."),
        ('count_over_time({$scope}[5m]) / count_over_time({app="x"}[5m])', "reads the lines of every product"),
    ],
)
def test_logql_that_can_not_be_read_or_sees_other_environments_is_refused(query, text):
    problems = at_grafana(dataclasses.replace(LINES, query=query))
    assert any(text in each for each in problems), problems


def test_a_query_without_scope_or_metrics_is_refused_where_it_is_written():
    texts = refused(lambda: DatadogQuery("free", "max:pool.slots{*}", measured_in=Unit.COUNT))
    assert ["`of`: is empty" in texts[0], "would look at every product and environment." in texts[1]] == [True, True]


def test_a_query_in_the_other_vendors_language_is_refused():
    assert any("is PromQL, and the product's metrics are read at Datadog." in each for each in at_datadog(WAITS))
    assert any("is in Datadog's language, and the product's metrics are kept" in each for each in at_grafana(FREE))


def test_one_metric_needs_no_brackets():
    one = PromQL("waits", "sum(rate(pool_slots{$scope}[$over]))", of=SLOTS, measured_in=Unit.PER_SECOND)
    assert one.metrics() == WAITS.metrics()
    assert at_grafana(one) == []


def test_an_option_reaches_the_monitor_of_the_query_and_replaces_what_is_said_otherwise():
    gated = Ratio(PAID, of=TRIED).over(minutes(5), at_least=times(5)).above(percent(5))
    told = dataclasses.replace(alert("fails", gated), datadog={"evaluation_delay": 300, "include_tags": False})
    made = declare(scope(alerts=(told,), dashboards=(), objectives=()))
    assert made.one("Monitor", "fails-ratio")["evaluationDelay"] == 300
    assert "evaluationDelay" not in made.one("Monitor", "fails")
    assert made.one("Monitor", "fails")["includeTags"] is False
    assert made.one("Monitor", "fails-traffic")["includeTags"] is True


def test_options_reach_grafanas_rules_and_sentrys_alerts():
    kept = dataclasses.replace(alert("waits", over(WAITS), PATIENT), grafana={"keep_firing_for": "10m"})
    made = declare(kept_at_grafana(alerts=(kept,), dashboards=(), objectives=()))
    assert made.one("RuleGroup", "rule-waits")["rules"][0]["keepFiringFor"] == "10m"
    new = dataclasses.replace(alert("new", Issues(on=("new",))), sentry={"frequency_minutes": 45})
    assert declare(scope(alerts=(new,))).one("Alert", "new")["frequencyMinutes"] == 45


@pytest.mark.parametrize(
    ("vendor", "option", "text"),
    [
        ("datadog", {"evaluation_delai": 300}, "'evaluation_delai=300' is not an argument of Datadog's SDK. -> evalua"),
        ("datadog", {"message": "all"}, "\"message='all'\" is what the program itself says to Datadog"),
        ("datadog", {"query": "x"}, "is what the program itself says to Datadog"),
        ("grafana", {"fore": "5m"}, "\"fore='5m'\" is not an argument of Grafana's SDK. -> for_"),
        ("grafana", {"notification_settings": "x"}, "is what the program itself says to Grafana"),
        (
            "datadog",
            {"evaluation_delay": "long"},
            "\"evaluation_delay='long'\" is str, not int. -> evaluation_delay: int",
        ),
        ("datadog", {"evaluation_delay": True}, "'evaluation_delay=True' is bool, not int. -> evaluation_delay: int"),
        ("datadog", {"evaluation_delay": -60}, "'evaluation_delay=-60' is negative, as no option is. -> 0 or more"),
        ("datadog", {"__props__": "x"}, "is not an argument of Datadog's SDK."),
        ("grafana", {"keep_firing_for": 10}, "'keep_firing_for=10' is int, not str. -> keep_firing_for: str"),
        ("sentry", {"frequency": 5}, "'frequency=5' is not an argument of Sentry's SDK. -> frequency_minutes"),
        ("sentry", {"action_filters": "x"}, "is what the program itself says to Sentry"),
    ],
)
def test_an_option_that_the_sdk_does_not_know_or_that_decides_who_is_told_is_refused(vendor, option, text):
    product = kept_at_grafana if vendor == "grafana" else scope
    when = {"datadog": FREE.below(times(2)), "grafana": over(WAITS), "sentry": Issues(on=("new",))}[vendor]
    told = dataclasses.replace(alert("odd", when, *([PATIENT] if vendor == "grafana" else [])), **{vendor: option})
    problems = said(limits(vendor, product(alerts=(told,), dashboards=(), objectives=())))
    assert len(problems) == 1
    assert problems[0].startswith(f"alert 'odd', `{vendor}`: ")
    assert text in problems[0]


def test_an_option_for_a_vendor_that_does_not_evaluate_the_alert_is_refused():
    told = dataclasses.replace(alert("odd", FREE.below(times(2))), grafana={"for_": "5m"})
    declared = scope(alerts=(told,), dashboards=(), objectives=())
    assert said(elsewhere(declared, vendors_used(declared))) == [
        "alert 'odd', `grafana`: would be left out: Grafana doesn't evaluate this alert. -> no grafana="
    ]


def test_an_option_can_not_carry_a_handle():
    (text,) = refused(lambda: dataclasses.replace(alert("a", FREE.below(times(2))), datadog={"x": "@all"}))
    assert "has a handle (@all)" in text


def test_what_is_in_one_vendors_language_is_counted():
    told = dataclasses.replace(alert("few", FREE.below(times(2))), datadog={"evaluation_delay": 300})
    product = dataclasses.replace(TINY, alerts=(told,), dashboards=page(FREE), objectives=())
    assert in_own_words([product]) == [
        "tiny few: datadog=evaluation_delay=300",
        f"tiny: {FREE.describe()}",
    ]
    assert in_own_words([TINY]) == []
