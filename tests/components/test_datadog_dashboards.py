import itertools
import json

import pytest
from datadog_api_client import Configuration
from datadog_api_client.model_utils import validate_and_convert_types
from datadog_api_client.v1.model.dashboard import Dashboard

API = "{env:production,service:tiny-api}"


def widget(dashboard, title):
    (found,) = [each["definition"] for each in dashboard["widgets"] if each["definition"]["title"] == title]
    return found


def queries(definition):
    return [query["query"] for request in definition["requests"] for query in request["queries"]]


def formulas(definition):
    return [formula["formula"] for request in definition["requests"] for formula in request["formulas"]]


def unparsed(value, path="dashboard"):
    """Where the official client met a value it doesn't know: it raises only for some of them."""
    if getattr(value, "_unparsed", False):
        yield path
    parts = getattr(value, "_data_store", value)
    if isinstance(parts, dict):
        for name, part in parts.items():
            yield from unparsed(part, f"{path}.{name}")
    elif isinstance(parts, list | tuple):
        for number, part in enumerate(parts):
            yield from unparsed(part, f"{path}[{number}]")


def read_by_the_client(content):
    return validate_and_convert_types(content, (Dashboard,), ["dashboard"], True, True, Configuration())


def test_datadogs_own_client_reads_every_part_of_every_dashboard(tiny, recordings):
    recorded = [*tiny.all("DashboardJson")]
    for recording in recordings.values():
        recorded += [each for each in recording.resources if each.type.endswith(":DashboardJson")]
    assert len(recorded) > len(recordings)
    for each in recorded:
        assert list(unparsed(read_by_the_client(json.loads(each.inputs["dashboard"])))) == [], each.name


def test_a_part_that_datadog_does_not_know_would_be_found(dashboard):
    spoiled = json.loads(json.dumps(dashboard))
    spoiled["widgets"][1]["definition"]["requests"][0]["response_format"] = "scaler"
    spoiled["widgets"][4]["definition"]["type"] = "timelines"
    found = list(unparsed(read_by_the_client(spoiled)))
    assert any(path.startswith("dashboard.widgets[1]") for path in found)
    assert any(path.startswith("dashboard.widgets[4]") for path in found)


def test_keys_that_datadog_always_returns_are_always_sent(dashboard):
    assert set(dashboard) == {
        "title",
        "description",
        "layout_type",
        "reflow_type",
        "notify_list",
        "tags",
        "template_variables",
        "widgets",
    }
    assert (dashboard["layout_type"], dashboard["reflow_type"]) == ("ordered", "fixed")
    assert dashboard["title"] == "[production] Tiny: Main"
    assert dashboard["tags"] == ["team:tiny-team"]


def test_widgets_fill_twelve_columns_in_their_order_without_overlap(dashboard):
    places = [each["layout"] for each in dashboard["widgets"]]
    for place in places:
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 12
    for one, other in itertools.combinations(places, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert beside or above, (one, other)
    assert [(place["y"], place["x"]) for place in places] == sorted((place["y"], place["x"]) for place in places)


def test_a_share_is_drawn_as_a_formula_over_its_metrics(dashboard):
    lines = widget(dashboard, "Errors")
    assert formulas(lines) == ["default_zero(q0a) / q0b"]
    assert queries(lines) == [
        f"sum:trace.express.request.errors{API}.as_count()",
        f"sum:trace.express.request.hits{API}.as_count()",
    ]
    assert lines["requests"][0]["formulas"][0]["alias"] == "tiny-api errors of tiny-api requests"


def test_lines_share_a_request_with_names_of_their_own(dashboard):
    latency = widget(dashboard, "Latency")
    assert formulas(latency) == ["q0a", "q1a"]
    assert queries(latency) == [f"p99:trace.express.request{API}", f"p50:trace.express.request{API}"]


@pytest.mark.parametrize(("title", "display"), [("Errors", "line"), ("Sales", "bars"), ("Requests", "area")])
def test_lines_are_bars_where_they_are_counts_and_areas_where_they_are_parts(dashboard, title, display):
    assert widget(dashboard, title)["requests"][0]["display_type"] == display


def test_a_rate_is_per_second_and_a_distribution_has_sum_and_mean(dashboard):
    assert queries(widget(dashboard, "Requests")) == [f"sum:trace.express.request.hits{API}.as_rate()"]
    assert queries(widget(dashboard, "Money")) == [
        f"sum:payment.amount{API} by {{currency}}.as_count()",
        f"sum:payment.amount{API} by {{currency}}.as_count()",
        f"count:payment.amount{API} by {{currency}}.as_count()",
    ]
    # Of all values, not of the means of short times: a quiet minute counts as little as it has values.
    assert formulas(widget(dashboard, "Money")) == ["q0a", "q1a / q1b"]


def test_an_amount_is_drawn_over_the_window_of_its_alert_so_that_the_limit_means_something(dashboard):
    sales, refused = widget(dashboard, "Sales"), widget(dashboard, "Refused")
    assert queries(sales) == [f"sum:payment.paid{API} by {{method}}.as_count().rollup(sum, 3600)"]
    assert sales["requests"][0]["formulas"][0]["alias"] == "number of payment.paid in 1 hour"
    (counted,) = refused["requests"][0]["queries"]
    assert counted["compute"] == {"aggregation": "count", "interval": 600_000}
    assert [group["facet"] for group in counted["group_by"]] == ["@method", "@error.code"]
    # What is no amount is drawn as the page's period asks.
    assert ".rollup(" not in "".join(queries(widget(dashboard, "Errors")) + queries(widget(dashboard, "Requests")))


def test_limits_are_drawn_from_the_alerts_on_the_same_signal_in_the_unit_of_the_metric(dashboard):
    assert widget(dashboard, "Errors")["markers"] == [
        {"value": "y = 0.05", "display_type": "error dashed", "label": " P0 Errors: above 5 % "},
        {"value": "y = 0.01", "display_type": "warning dashed", "label": " P0 Errors: above 1 % "},
    ]
    assert widget(dashboard, "Latency")["markers"] == [
        {"value": "y = 1.5", "display_type": "error dashed", "label": " P2 Slow: above 1500 ms "}
    ]
    assert widget(dashboard, "Requests")["markers"] == []


def test_a_number_is_shown_for_each_period(dashboard):
    day, week = widget(dashboard, "Errors, last 1d"), widget(dashboard, "Errors, last 1w")
    assert (day["time"], week["time"]) == ({"live_span": "1d"}, {"live_span": "1w"})
    assert day["requests"] == week["requests"]
    assert [query["aggregator"] for query in day["requests"][0]["queries"]] == ["sum", "sum"]


def test_a_level_is_aggregated_as_it_says(dashboard):
    (query,) = widget(dashboard, "Full, last 1h")["requests"][0]["queries"]
    assert query["aggregator"] == "max"
    assert query["query"] == "max:system.disk.in_use{env:production,product:tiny} by {host,device}"


def test_a_list_of_the_highest_is_ordered_and_limited(dashboard):
    (request,) = widget(dashboard, "Methods")["requests"]
    assert request["sort"] == {"count": 5, "order_by": [{"type": "formula", "index": 0, "order": "desc"}]}
    (query,) = request["queries"]
    assert query["search"] == {"query": 'service:tiny-api env:production "Paid"'}
    assert query["indexes"] == ["tiny"]
    assert query["group_by"][0]["facet"] == "@method"


def test_an_objective_stands_with_its_budget_and_period(dashboard):
    standing = widget(dashboard, "Correct")
    assert (standing["slo_id"], standing["time_windows"]) == ("tiny-objective-correct-id", ["30d"])


def test_firing_alerts_are_those_of_the_product_in_this_environment_without_the_parts_of_composite_ones(dashboard):
    tags = '("env:production" AND "product:tiny" AND "role:alert")'
    assert widget(dashboard, "Now")["query"] == f'tag:{tags} status:(alert OR warn OR "no data")'


def test_a_number_has_the_unit_of_what_it_shows(dashboard):
    shown = {
        title: widget(dashboard, title)["requests"][0]["formulas"][0].get("number_format")
        for title in ("Errors, last 1d", "Latency", "Sales")
    }
    assert shown == {
        "Errors, last 1d": {"unit": {"type": "canonical_unit", "unit_name": "fraction"}},
        "Latency": {"unit": {"type": "canonical_unit", "unit_name": "second"}},
        "Sales": None,
    }
