"""What holds for every dashboard, at each vendor, of every product."""

import itertools
import json

from components.grafana.panels import BEYOND
from components.vocabulary.dashboards import Dial, Standing
from components.vocabulary.quantities import Unit
from components.vocabulary.thresholds import Threshold
from tests.contract.conftest import products

GRAFANA = "grafana:oss/dashboard:Dashboard"
DATADOG = "datadog:index/dashboardJson:DashboardJson"
SENTRY = "sentry:index/dashboard:Dashboard"
WITHOUT_QUERIES = ("alertlist",)


def panels(declared, product=None):
    """Every panel at Grafana, with where it stands."""
    for page in declared.of(GRAFANA):
        if product is None or page.name.startswith(f"{product.name}-"):
            for panel in json.loads(page.inputs["configJson"])["panels"]:
                yield f"{page.name}, {panel['title']}", panel


def widgets(declared, product=None):
    """Every widget at Datadog, with where it stands."""
    for page in declared.of(DATADOG):
        if product is None or page.name.startswith(f"{product.name}-"):
            for widget in json.loads(page.inputs["dashboard"])["widgets"]:
                yield f"{page.name}, {widget['definition']['title']}", widget


def cells(places):
    for x, y, width, height in places:
        yield from itertools.product(range(x, x + width), range(y, y + height))


def fit(places, columns):
    """Whether none overlaps another or sticks out."""
    taken = list(cells(places))
    return len(taken) == len(set(taken)) and all(0 <= x < columns for x, _ in taken)


def test_panels_have_data_source_unit_title_and_description(declared):
    for where, panel in panels(declared):
        assert panel["datasource"]["uid"], where
        assert panel["fieldConfig"]["defaults"]["unit"], where
        assert panel["title"].strip(), where
        assert panel["description"].strip(), where
        if panel["type"] not in WITHOUT_QUERIES:
            assert panel["targets"], where


def test_a_panel_sends_its_queries_to_its_own_source_or_is_mixed(declared):
    for where, panel in panels(declared):
        sources = {target["datasource"]["uid"] for target in panel.get("targets", ())}
        if len(sources) > 1:
            assert panel["datasource"]["uid"] == "-- Mixed --", where
        elif sources:
            assert sources == {panel["datasource"]["uid"]}, where


def test_queries_of_a_panel_have_names_of_their_own(declared):
    for where, panel in panels(declared):
        refs = [target["refId"] for target in panel.get("targets", ())]
        assert len(refs) == len(set(refs)), where


def test_widgets_have_data_source_title_and_description(declared):
    for where, widget in widgets(declared):
        definition = widget["definition"]
        assert definition["title"].strip(), where
        assert definition["description"].strip(), where
        if definition["type"] not in ("slo", "manage_status"):
            for request in definition["requests"]:
                assert {query["data_source"] for query in request["queries"]} <= {"metrics", "logs"}, where
                assert request["formulas"], where


def test_views_at_sentry_have_title_and_query(declared):
    for page in declared.of(SENTRY):
        for widget in page.inputs["widgets"]:
            assert widget["title"].strip(), page.name
            for query in widget["queries"]:
                assert f"environment:{declared.environment}" in query["conditions"], widget["title"]
                assert query["fields"], widget["title"]


def test_nothing_overlaps_in_the_grid(declared):
    for page in declared.of(GRAFANA):
        places = [panel["gridPos"] for panel in json.loads(page.inputs["configJson"])["panels"]]
        assert fit([(each["x"], each["y"], each["w"], each["h"]) for each in places], 24), page.name
    for page in declared.of(DATADOG):
        places = [widget["layout"] for widget in json.loads(page.inputs["dashboard"])["widgets"]]
        assert fit([(each["x"], each["y"], each["width"], each["height"]) for each in places], 12), page.name
    for page in declared.of(SENTRY):
        places = [widget["layout"] for widget in page.inputs["widgets"]]
        assert fit([(each["x"], each["y"], each["w"], each["h"]) for each in places], 6), page.name


def limits(product):
    """The limits of the product's alerts, as numbers in the unit of what they watch."""
    for alert in product.alerts:
        if isinstance(alert.when, Threshold):
            given = (limit for limit in (alert.when.critical, alert.when.warn) if limit)
            yield from (float(limit.to(alert.when.signal.unit)) for limit in given)


def begins(when):
    """Where Grafana's colour for a limit begins: of what is counted, 7 isn't beyond 7."""
    unit, limit = when.signal.unit, float(when.critical.to(when.signal.unit))
    return limit + BEYOND if when.sense == "above" and (unit is Unit.COUNT or not limit) else limit


def coloured(product):
    """Where the colours of all its limits begin."""
    return {begins(alert.when) for alert in product.alerts if isinstance(alert.when, Threshold)}


def targets(product):
    """Where dials and objectives should be."""
    for dashboard in product.dashboards:
        for widget in dashboard.widgets:
            if isinstance(widget, Dial):
                given = (each for each in (widget.target, widget.at_most) if each is not None)
                yield from (float(each.to(widget.signal.unit)) for each in given)
            if isinstance(widget, Standing):
                yield from (float(widget.objective.target.to("ratio")), 0.0)


def steps(declared, product):
    """The numbers drawn at Grafana."""
    for _, panel in panels(declared, product):
        found = panel["fieldConfig"]["defaults"].get("thresholds", {"steps": []})["steps"]
        yield from (step["value"] for step in found if step["value"] is not None)


def markers(declared, product):
    """The numbers drawn at Datadog."""
    for _, widget in widgets(declared, product):
        for marker in widget["definition"].get("markers", ()):
            yield float(marker["value"].removeprefix("y = "))


def test_every_number_that_is_drawn_is_an_alerts_or_a_target(declared):
    for product in products():
        at_grafana = set(steps(declared, product))
        assert at_grafana <= {*coloured(product), *targets(product)}, product.name
        assert set(markers(declared, product)) <= set(limits(product)), product.name


def test_every_limit_on_metrics_and_logs_is_drawn(declared):
    for product in products():
        there = product.telemetry == "grafana"
        drawn = set(steps(declared, product) if there else markers(declared, product))
        for alert in declared.alerts_at(product, "telemetry"):
            if isinstance(alert.when, Threshold):
                limit = begins(alert.when) if there else float(alert.when.critical.to(alert.when.signal.unit))
                assert limit in drawn, (product.name, alert.name)


def test_the_limit_that_is_drawn_is_the_one_that_alerts(declared):
    compared = 0
    for product in products():
        for alert in declared.alerts_at(product, "telemetry") if product.telemetry == "grafana" else ():
            if isinstance(alert.when, Threshold):
                last = json.loads(declared.rule(product, alert)["datas"][-1]["model"])
                (limit,) = last["conditions"][0]["evaluator"]["params"]
                assert limit == float(alert.when.critical.to(alert.when.signal.unit)), alert.name
                compared += 1
    assert compared


def test_a_threshold_is_drawn_on_the_dashboard_that_shows_its_signal(declared):
    drawn = "".join(each.inputs["dashboard"] for each in declared.of("datadog:index/dashboardJson:DashboardJson"))
    for product in products():
        for alert in declared.alerts_at(product, "telemetry"):
            if isinstance(alert.when, Threshold) and product.telemetry == "datadog":
                assert f"{alert.severity.name} {alert.title}: " in drawn, alert.name
            if isinstance(alert.when, Threshold) and product.telemetry == "grafana":
                assert "dashboard_url" in declared.rule(product, alert)["annotations"], alert.name
