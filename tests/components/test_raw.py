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
        ("max:pool.slots{$scope} by {host", "can't be parsed as Datadog's (at column"),
        ("max:pool.slots{$scope OR host:a} by {host}", "asks for pool.slots of every product and environment."),
        ("max:pool.slots{$scope} by {host} / max:pool.slots{*} by {host}", "asks for pool.slots of every product"),
        ("max:pool.other{$scope} by {host}", "asks for pool.other, which of= doesn't name."),
        ("max:pool.slots{$scope} by {device}", "groups pool.slots by device, but by= says something else."),
        ("max:pool.slots{$scope} by {host}, max:pool.slots{$scope} by {host}", "are several queries."),
        ("max:pool.slots{$scope} by {host}.rollup(max, $over)", "has a window, which the monitor sets in Datadog."),
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
        ('sum(count_over_time({$scope} |= "no [$over]))', "has an unmatched quote or bracket."),
        ("{$scope}", "returns lines, not a number."),
        ('count_over_time({$scope}[5m]) / count_over_time({app="x"}[5m])', "reads the lines of every product"),
    ],
)
def test_logql_that_can_not_be_read_or_sees_other_environments_is_refused(query, text):
    problems = at_grafana(dataclasses.replace(LINES, query=query))
    assert any(text in each for each in problems), problems


def watched_at_grafana(signal):
    return said(limits("grafana", kept_at_grafana(alerts=(alert("odd", over(signal), WAKES),), dashboards=())))


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        (
            dataclasses.replace(WAITS, query="sum(rate(pool_slots{$scope}[15m]))"),
            "whatever the window of the alert or widget. -> sum(rate(pool_slots{$scope}[$over]))",
        ),
        (
            dataclasses.replace(LINES, query='sum(count_over_time({$scope} |= "[5m]" [15m]))'),
            "always looks at [15m], whatever the window",
        ),
        (dataclasses.replace(WAITS, query="sum(pool_slots{$scope})"), "has no $over, so .over(5 minutes) would change"),
    ],
)
def test_a_query_that_does_not_follow_the_window_of_its_alert_is_refused(signal, text):
    (problem,) = watched_at_grafana(signal)
    assert problem.startswith("alert 'odd', `query`: ")
    assert text in problem


def test_a_query_with_a_window_of_its_own_is_drawn_over_time_but_not_as_the_number_of_a_period():
    fixed = dataclasses.replace(WAITS, query="sum(rate(pool_slots{$scope}[15m]))")
    problems = at_grafana(fixed)
    assert [each.partition(", `")[0] for each in problems] == ["dashboard 'main', widget 'Now'"]
    assert at_grafana(dataclasses.replace(WAITS, query="max_over_time(rate(pool_slots{$scope}[1m])[$over:])")) == []
    assert at_grafana(dataclasses.replace(WAITS, query="sum(pool_slots{$scope})")) == []


def test_a_query_without_scope_or_metrics_is_refused_where_it_is_written():
    texts = refused(lambda: DatadogQuery("free", "max:pool.slots{*}", measured_in=Unit.COUNT))
    assert ["`of`: is empty" in texts[0], "would read every product and environment." in texts[1]] == [True, True]


def test_a_query_in_the_other_vendors_language_is_refused():
    assert any("is PromQL, but the product's metrics are kept in Datadog." in each for each in at_datadog(WAITS))
    assert any("is in Datadog's language, but the product's metrics are kept" in each for each in at_grafana(FREE))


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
    kept = dataclasses.replace(alert("waits", over(WAITS), PATIENT), grafana={"missing_series_evals_to_resolve": 3})
    made = declare(kept_at_grafana(alerts=(kept,), dashboards=(), objectives=()))
    assert made.one("RuleGroup", "rule-waits")["rules"][0]["missingSeriesEvalsToResolve"] == 3
    new = dataclasses.replace(alert("new", Issues(on=("new",))), sentry={"frequency_minutes": 45})
    assert declare(scope(alerts=(new,))).one("Alert", "new")["frequencyMinutes"] == 45


@pytest.mark.parametrize(
    ("vendor", "option", "text"),
    [
        ("datadog", {"evaluation_delai": 300}, "'evaluation_delai=300' isn't an argument of Datadog's SDK. -> evalua"),
        ("datadog", {"message": "all"}, "\"message='all'\" is set by the program in Datadog"),
        ("datadog", {"query": "x"}, "is set by the program in Datadog"),
        ("grafana", {"fore": "5m"}, "\"fore='5m'\" isn't an argument of Grafana's SDK. -> "),
        ("grafana", {"notification_settings": "x"}, "is set by the program in Grafana"),
        (
            "datadog",
            {"evaluation_delay": "long"},
            "\"evaluation_delay='long'\" is str, not int. -> evaluation_delay: int",
        ),
        ("datadog", {"evaluation_delay": True}, "'evaluation_delay=True' is bool, not int. -> evaluation_delay: int"),
        ("datadog", {"evaluation_delay": -60}, "'evaluation_delay=-60' is less than 0. -> 0 or more"),
        ("datadog", {"__props__": "x"}, "isn't an argument of Datadog's SDK."),
        (
            "grafana",
            {"missing_series_evals_to_resolve": "3"},
            "\"missing_series_evals_to_resolve='3'\" is str, not int. -> missing_series_evals_to_resolve: int",
        ),
        ("grafana", {"keep_firing_for": "5m"}, "ends the alert when the data source doesn't answer meanwhile"),
        ("grafana", {"for_": "5m"}, "fires although nothing is known, when the data source doesn't answer"),
        ("grafana", {"no_data_state": "OK"}, "would have no data end or start an alert"),
        ("grafana", {"exec_err_state": "OK"}, "would have a data source that fails end or start an alert"),
        ("grafana", {"is_paused": True}, "could leave an alert that never fires. -> no option, or no alert"),
        ("sentry", {"frequency": 5}, "'frequency=5' isn't an argument of Sentry's SDK. -> frequency_minutes"),
        ("sentry", {"action_filters": "x"}, "is set by the program in Sentry"),
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
    told = dataclasses.replace(alert("odd", FREE.below(times(2))), grafana={"missing_series_evals_to_resolve": 3})
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


GRAPH = Lines("Free", FREE, about="x")
PANEL = Lines("Waits", WAITS, about="x")


def with_widget(widget, vendor):
    """A product whose only widget it is, kept at that vendor."""
    page = (Dashboard("main", "x", (widget,), about="x", rows=ROW),)
    made = kept_at_grafana if vendor == "grafana" else scope
    return made(alerts=(), dashboards=page, objectives=())


def test_an_option_of_a_widget_is_drawn_at_datadog_and_its_client_reads_it():
    from datadog_api_client import Configuration
    from datadog_api_client.model_utils import validate_and_convert_types
    from datadog_api_client.v1.model.widget_definition import WidgetDefinition

    said = {"yaxis": {"max": "100", "include_zero": False}, "legend_layout": "vertical", "show_legend": False}
    product = with_widget(dataclasses.replace(GRAPH, datadog=said), "datadog")
    assert list(limits("datadog", product)) == []
    made = declare(product).one("DashboardJson", "dashboard-main")["dashboard"]
    (drawn,) = [each["definition"] for each in json.loads(made)["widgets"]]
    assert said.items() <= drawn.items()
    assert drawn["title"] == "Free"
    read = validate_and_convert_types(drawn, (WidgetDefinition,), ["widget"], True, True, Configuration())
    assert not read._unparsed


def test_an_option_of_a_widget_is_drawn_at_grafana():
    said = {"axis_soft_max": 1, "line_interpolation": "smooth", "transparent": True}
    product = with_widget(dataclasses.replace(PANEL, grafana=said), "grafana")
    assert list(limits("grafana", product)) == []
    (panel,) = json.loads(declare(product).one("Dashboard", "dashboard-main")["configJson"])["panels"]
    custom = panel["fieldConfig"]["defaults"]["custom"]
    assert (custom["axisSoftMax"], custom["lineInterpolation"], panel["transparent"]) == (1, "smooth", True)
    assert panel["title"] == "Waits"


@pytest.mark.parametrize(
    ("vendor", "option", "text"),
    [
        (
            "datadog",
            {"legend_lay": "auto"},
            "\"legend_lay='auto'\" isn't an argument of Datadog's SDK. -> legend_layo",
        ),
        ("datadog", {"show_legend": "yes"}, "\"show_legend='yes'\" is str, not bool. -> show_legend: bool"),
        (
            "datadog",
            {"legend_layout": "left"},
            "isn't one of the SDK's values. -> legend_layout: 'auto' or",
        ),
        (
            "datadog",
            {"yaxis": {"most": "1"}},
            "\"yaxis={'most': '1'}\" has no part 'most'. -> one of include_zero, label",
        ),
        ("datadog", {"yaxis": {"max": 1}}, "'yaxis.max=1' is int, not str. -> yaxis.max: str"),
        ("datadog", {"yaxis": "1"}, "\"yaxis='1'\" is str, not {'include_zero': …, "),
        ("datadog", {"legend_columns": "avg"}, "would have to be a list or an object, which options can't be."),
        (
            "datadog",
            {"requests": "x"},
            "is set by the program in Datadog, from everything else in the widget.",
        ),
        ("datadog", {"time": {"live_span": "1h"}}, "is set by the program in Datadog"),
        ("grafana", {"axis_softmax": 1}, "'axis_softmax=1' isn't an argument of Grafana's SDK. -> axis_soft_max"),
        (
            "grafana",
            {"axis_soft_max": "1"},
            "\"axis_soft_max='1'\" is str, not float or int. -> axis_soft_max: float or",
        ),
        ("grafana", {"line_interpolation": "curved"}, "values. -> line_interpolation: 'linear' or 'smooth' or"),
        ("grafana", {"legend": "x"}, "would have to be a list or an object, which options can't be."),
        ("grafana", {"override_by_name": "x"}, "would have to be a list or an object, which options can't be."),
        ("grafana", {"datasource": "x"}, "is set by the program in Grafana"),
        ("grafana", {"time_shift": "1d"}, "is set by the program in Grafana"),
        ("grafana", {"build": "x"}, "isn't an argument of Grafana's SDK."),
    ],
)
def test_an_option_that_a_widget_does_not_have_or_that_decides_what_is_drawn_is_refused(vendor, option, text):
    widget = dataclasses.replace(PANEL if vendor == "grafana" else GRAPH, **{vendor: option})
    (problem,) = said(limits(vendor, with_widget(widget, vendor)))
    assert problem.startswith(f"dashboard 'main', widget '{widget.title}', `{vendor}`: ")
    assert text in problem


def test_an_option_for_a_vendor_that_does_not_draw_the_widget_is_refused():
    declared = with_widget(dataclasses.replace(GRAPH, grafana={"decimals": 1}), "datadog")
    (problem,) = said(elsewhere(declared, vendors_used(declared)))
    assert problem.startswith(
        "dashboard 'main', widget 'Free', `grafana`: would be left out: Grafana doesn't draw this"
    )


def test_an_option_is_a_plain_value():
    (problem,) = refused(lambda: dataclasses.replace(GRAPH, datadog={"legend_columns": ["avg"]}))
    assert problem.startswith("`datadog`: ['avg'] isn't valid here (list). -> True, 5 or \"text\", by the name")
    told = dataclasses.replace(alert("few", FREE.below(times(2))), datadog={"renotify_statuses": "alert"})
    (problem,) = said(limits("datadog", scope(alerts=(told,), dashboards=(), objectives=())))
    assert "would have to be a list or an object, which options can't be." in problem


def test_every_kind_of_widget_has_options_and_what_is_decided_are_names_of_the_sdks(tiny):
    from components.datadog import widgets as datadog
    from components.grafana import widgets as grafana
    from components.grafana.panels import panels

    page = json.loads(tiny.one("DashboardJson", "dashboard-main")["dashboard"])
    kinds = {each["definition"]["type"] for each in page["widgets"]}
    at_datadog = [datadog.keys(kind) for kind in kinds]
    kept = kept_at_grafana()
    at_grafana = [
        grafana.methods(type(panel)) for _, widget in kept.product.widgets() for panel, _ in panels(kept, widget)
    ]
    assert {"timeseries", "query_value", "toplist", "slo", "manage_status"} <= kinds
    for known, decided in ((at_datadog, datadog.DECIDED), (at_grafana, grafana.DECIDED)):
        assert decided <= {name for names in known for name in names}
        for names in known:
            assert [name for name, takes in names.items() if name not in decided and (takes.types or takes.parts)]


def test_options_of_widgets_are_counted_and_named_in_the_runbook():
    from review.docs import _runbook

    odd = dataclasses.replace(GRAPH, datadog={"show_legend": False})
    product = with_widget(odd, "datadog").product
    assert "tiny main, Free: datadog=show_legend=False" in in_own_words([product])
    assert "- x, Free, at Datadog: `show_legend=False`." in list(_runbook(product))
