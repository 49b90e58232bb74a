"""Dashboards at Grafana: what each widget becomes, where it stands, and the limits drawn on it."""

import itertools
import json

import pytest

from components.grafana.dashboards import dashboard_json
from components.vocabulary import Count, Dashboard, Lines, Number, Rate, days, hours, times
from tests.tiny import PRODUCTION, ROW, STAGING, alert
from tests.tiny_grafana import DASHBOARD, FAILURES, PATIENT, REQUESTS, WAKES, kept_at_grafana


def drawn(environment=PRODUCTION, dashboard=DASHBOARD, **other):
    return json.loads(dashboard_json(kept_at_grafana(environment, **other), dashboard))


PAGE = drawn()
PANELS = {(panel["type"], panel["title"]): panel for panel in PAGE["panels"]}


def page(*widgets):
    return Dashboard("main", "Main", widgets, about="x", rows=ROW)


def limits(panel):
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    return [(step["value"], step["color"]) for step in steps]


def queries(kind, title):
    return [target["expr"] for target in PANELS[kind, title]["targets"]]


def test_a_page_says_whose_it_is_and_can_not_be_edited_by_hand():
    assert (PAGE["uid"], PAGE["title"], PAGE["editable"]) == ("tiny-main", "[production] Tiny: Main", False)
    assert "Managed by code in stacks/tiny.py" in PAGE["description"]
    assert PAGE["tags"] == ["env:production", "product:tiny", "team:tiny-team"]
    assert drawn(STAGING)["uid"] == "tiny-main-staging"


def test_every_panel_has_data_source_unit_title_and_description():
    for panel in PAGE["panels"]:
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"]["uid"]
        assert panel["fieldConfig"]["defaults"]["unit"]


def test_panels_stand_side_by_side_and_never_overlap():
    cells = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in PAGE["panels"]
        for x, y in itertools.product(range(panel["gridPos"]["w"]), range(panel["gridPos"]["h"]))
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize(
    ("kind", "title", "unit"),
    [
        ("alertlist", "Now", "none"),
        ("stat", "Errors, last 1h", "percentunit"),
        ("gauge", "Done", "percentunit"),
        ("timeseries", "Latency", "s"),
        ("timeseries", "Heap", "bytes"),
        ("timeseries", "Rate", "cps"),
        ("bargauge", "Worst", "short"),
        ("heatmap", "Spread", "s"),
        ("table", "Routes", "short"),
        ("stat", "Correct", "percentunit"),
    ],
)
def test_a_widget_becomes_a_panel_in_the_unit_of_what_it_shows(kind, title, unit):
    assert PANELS[kind, title]["fieldConfig"]["defaults"]["unit"] == unit


def test_a_panel_asks_one_source_or_says_that_it_is_mixed():
    sources = {title: panel["datasource"]["uid"] for (_, title), panel in PANELS.items()}
    assert (sources["Latency"], sources["Lost"], sources["Both"]) == ("prom", "grafanacloud-logs", "-- Mixed --")
    both = [target["datasource"]["type"] for target in PANELS["timeseries", "Both"]["targets"]]
    assert both == ["loki", "prometheus"]


def test_numbers_are_asked_for_once_and_lines_over_the_page():
    for kind, title in (("stat", "Errors, last 1d"), ("gauge", "Done"), ("bargauge", "Worst"), ("table", "Routes")):
        for target in PANELS[kind, title]["targets"]:
            assert target["instant"] is True
            assert "[1d]" in target["expr"]
    assert "[$__rate_interval]" in queries("timeseries", "Latency")[0]


def test_lines_may_be_stacked_or_bars():
    custom = {title: panel["fieldConfig"]["defaults"].get("custom", {}) for (_, title), panel in PANELS.items()}
    assert custom["Pool"]["stacking"]["mode"] == "normal"
    assert custom["Failures"]["drawStyle"] == "bars"


def test_the_top_is_as_long_as_it_says():
    (text,) = queries("bargauge", "Worst")
    assert text.startswith("topk(5, sum by (http_route) (increase(")


def test_a_heatmap_is_drawn_from_buckets_that_are_computed_already():
    panel = PANELS["heatmap", "Spread"]
    assert panel["targets"][0]["format"] == "heatmap"
    assert panel["options"]["calculate"] is False
    assert panel["options"]["yAxis"]["unit"] == "s"


def test_a_table_has_one_row_per_group_and_a_column_with_its_unit_per_signal():
    panel = PANELS["table", "Routes"]
    assert [step["id"] for step in panel["transformations"]] == ["merge", "organize"]
    names = ["number of http.requests", "p95 of http.duration"]
    assert list(panel["transformations"][1]["options"]["renameByName"].values()) == names
    units = {each["matcher"]["options"]: each["properties"][0]["value"] for each in panel["fieldConfig"]["overrides"]}
    assert units == dict(zip(names, ("short", "s"), strict=True))
    assert {target["format"] for target in panel["targets"]} == {"table"}


def test_firing_alerts_are_those_of_the_product_in_this_environment():
    options = PANELS["alertlist", "Now"]["options"]
    assert options["alertInstanceLabelFilter"] == '{product="tiny", env="production", escalated!="true"}'
    assert options["stateFilter"]["firing"] is True


def test_an_objective_stands_green_from_its_target_on():
    assert limits(PANELS["stat", "Correct"]) == [(None, "red"), (0.999, "green")]
    (text,) = queries("stat", "Up")
    assert "probe_all_success_sum" in text
    assert "[30d]" in text


def test_what_is_left_of_the_budget_stands_beside_it_and_is_red_when_there_is_none():
    (reached,), (left,) = queries("stat", "Correct"), queries("stat", "Correct: budget left")
    assert left == f"{reached} / 0.001"
    assert limits(PANELS["stat", "Correct: budget left"]) == [(None, "red"), (0, "green")]


def test_the_limits_of_all_alerts_on_a_signal_are_drawn_and_the_worst_gives_the_colour():
    assert limits(PANELS["timeseries", "Errors"]) == [(None, "green"), (0.01, "yellow"), (0.05, "red")]
    assert limits(PANELS["timeseries", "Latency"]) == [(None, "green"), (3, "yellow")]
    assert limits(PANELS["timeseries", "Heap"]) == [(None, "green")]


def test_nothing_at_all_is_green_where_one_is_too_many():
    lost = Count(FAILURES).over(hours(1))
    widgets = (
        Number("Lost", lost.measure(), about="x", last=(hours(1),)),
        Lines("Over time", (lost.measure(),), about="x"),
    )
    made = drawn(dashboard=page(*widgets), alerts=(alert("lost", lost.above(times(0)), WAKES),))
    assert [limits(panel) for panel in made["panels"]] == [[(None, "green"), (0.001, "red")]] * 2


def test_a_limit_that_is_worse_and_nearer_colours_what_is_beyond_the_other_too():
    asked = Count(REQUESTS).over(hours(1))
    alerts = (
        alert("many", asked.above(times(50)), WAKES),
        alert("more", asked.above(times(90)), PATIENT),
        alert("few", asked.below(times(5)), WAKES),
        alert("fewer", asked.below(times(10)), PATIENT),
    )
    made = drawn(dashboard=page(Lines("Requests", (asked.measure(),), about="x")), alerts=alerts)
    colours = [(None, "red"), (5, "yellow"), (10, "green"), (50.001, "red"), (90.001, "red")]
    assert limits(made["panels"][0]) == colours


def test_an_amount_is_drawn_over_the_window_of_its_alert_so_that_the_limit_means_something():
    (text,) = queries("timeseries", "Failures")
    assert "[1h]" in text
    assert PANELS["timeseries", "Failures"]["targets"][0]["legendFormat"].endswith("in 1h")
    assert "[10m]" in queries("timeseries", "Lost")[0]


def test_lines_say_which_is_which():
    lines = [panel for (kind, _), panel in PANELS.items() if kind == "timeseries"]
    assert lines
    for panel in lines:
        assert panel["options"]["legend"]["showLegend"] is True
        assert panel["options"]["tooltip"]["mode"] == "multi"


def test_an_amount_that_no_alert_watches_is_that_since_the_point_before():
    """Over more than the distance of the points, an event would stand in several bars."""
    (panel,) = drawn(dashboard=page(Lines("Requests", (Count(REQUESTS),), about="x", bars=True)), alerts=())["panels"]
    assert "[$__interval]" in panel["targets"][0]["expr"]
    assert panel["interval"] == "5m"
    (panel,) = drawn(dashboard=page(Lines("Rate", (Rate(REQUESTS),), about="x")), alerts=())["panels"]
    assert "[$__rate_interval]" in panel["targets"][0]["expr"]
    assert "interval" not in panel


def test_two_windows_of_one_amount_are_two_lines():
    alerts = tuple(
        alert(f"over-{over.minutes}", Count(REQUESTS).over(over).above(times(over.minutes)), PATIENT)
        for over in (hours(1), days(1))
    )
    made = drawn(dashboard=page(Lines("Requests", (Count(REQUESTS),), about="x")), alerts=alerts)
    assert [target["refId"] for target in made["panels"][0]["targets"]] == ["A", "B"]
    assert ["[1h]" in made["panels"][0]["targets"][0]["expr"], "[1d]" in made["panels"][0]["targets"][1]["expr"]]


def test_an_amount_over_another_period_is_not_coloured_by_the_limit():
    assert limits(PANELS["stat", "Failures, last 1h"]) == [(None, "green"), (10.001, "yellow")]
    assert limits(PANELS["stat", "Failures, last 1d"]) == [(None, "green")]


def test_a_number_that_does_not_grow_with_the_period_is():
    assert limits(PANELS["stat", "Errors, last 1d"]) == limits(PANELS["stat", "Errors, last 1h"])
    made = drawn(dashboard=page(Number("Requests", Count(REQUESTS), about="x", last=(hours(1),))))
    assert limits(made["panels"][0]) == [(None, "green")]
