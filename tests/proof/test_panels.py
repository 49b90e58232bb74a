"""Every panel is drawn of a made-up day; one that is broken on purpose is noticed, and said."""

import copy
import json
import re
from dataclasses import replace

import pytest

from components.catalogue import scopes
from components.declared import declared
from proof import everything
from proof.boards import draw_all, truths
from proof.datadog import monitors
from proof.everything import Proof
from proof.fired import fired
from proof.fitting import Rules
from proof.grafana.panels import DASHBOARD as AT_GRAFANA
from proof.grafana.panels import put_in
from proof.panels import Query, day, judge
from proof.pictures import MARK, between, pictures
from review.drawn.data import Line
from review.drawn.drawing import drawing
from review.drawn.panels import page
from review.recorder import ROOT

AT_DATADOG = "datadog:index/dashboardJson:DashboardJson"


@pytest.fixture(scope="module")
def recording(recorded):
    return recorded("prod", named=True)


def drawn(recording, program, resource, change):
    """The panels of one dashboard after a change of its text."""
    kept = copy.copy(recording)
    kept.resources = []
    for each in recording.resources:
        if each.type in (AT_GRAFANA, AT_DATADOG):
            if each.name != resource:
                continue
            key = "configJson" if each.type == AT_GRAFANA else "dashboard"
            changed = change(each.inputs[key])
            assert changed != each.inputs[key]
            json.loads(changed)
            kept.resources.append(each._replace(inputs=each.inputs | {key: changed}))
        else:
            kept.resources.append(each)
    product = re.match(r"(.*)-dashboard-", resource)[1]
    return draw_all(Proof(recordings={"prod": kept}), program, (product,))


def test_all_panels_of_all_stacks_draw_what_a_person_can_believe(proof, program):
    found = draw_all(proof, program)
    assert [str(each) for each in found.wrong] == []
    assert found.panels > 400
    assert found.queries > 400
    kinds = {each.panel.kind for each in found.drawn}
    assert kinds >= {"timeseries", "stat", "gauge", "heatmap", "table", "alertlist", "query_value", "toplist", "slo"}
    for each in found.drawn:
        stated = any(query.raw for query in each.panel.queries)  # of such a query the day may know nothing
        assert stated or bool(each.lines) is (bool(each.panel.queries) or each.panel.kind == "slo")


BROKEN = {
    "a metric that is misspelt": (
        "clipforge-dashboard-overview",
        "http_requests_failed_total",
        "http_request_failed_total",
        "draws nothing but 0",
    ),
    "a metric that is misspelt, of a level": (
        "clipforge-dashboard-infrastructure",
        "redis_memory_used_bytes",
        "redis_memory_use_bytes",
        "stays empty",
    ),
    "a label that nothing has": (
        "a-lo-cubano-dashboard-main",
        'product=\\"a-lo-cubano\\"',
        'product=\\"a-lo-cubano\\",region=\\"eu\\"',
        "stays empty",
    ),
    "a group that is missing": (
        "clipforge-dashboard-infrastructure",
        "max by (queue) (",
        "max by (job) (",
        "names its lines by queue",
    ),
    "a log field that is misspelt": (
        "clipforge-dashboard-overview",
        'event=\\"database_connection_failed\\"',
        'event=\\"database_conection_failed\\"',
        "draws nothing but 0",
    ),
    "a variable that isn't there": (
        "clipforge-dashboard-overview",
        "$__rate_interval",
        "$__rateinterval",
        "asks for a variable",
    ),
    "alerts of another product": (
        "a-lo-cubano-dashboard-main",
        '{product=\\"a-lo-cubano\\", env=',
        '{product=\\"a-lo-cubanos\\", env=',
        "lists alerts",
    ),
    "a metric that is misspelt, at Datadog": (
        "tikit-dashboard-main",
        "trace.express.request.hits",
        "trace.express.request.hit",
        "stays empty",
    ),
    "a tag that nothing has": ("tikit-dashboard-business", "by {eventType}", "by {event_type}", "stays empty"),
    "a ratio that is inverted": (
        "tikit-dashboard-main",
        "default_zero(q0a) / q0b",
        "q0b / default_zero(q0a)",
        "although the maximum is 1",
    ),
    "a search that finds nothing": ("tikit-dashboard-business", "Ticket purchased", "Tickets purchased", "stays empty"),
    "a query that isn't there": ("tikit-dashboard-business", '"formula": "q0a"', '"formula": "q9a"', "can't be drawn"),
    "monitors without a tag": ("tikit-dashboard-main", "product:tikit", "product:tikits", "lists monitors"),
    "an objective that isn't there": (
        "fair-trade-worker-dashboard-health",
        "objective-uptime-id",
        "objective-upward-id",
        "nothing declares",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_on_purpose_is_noticed(name, recording, program):
    resource, old, new, why = BROKEN[name]
    found = drawn(recording, program, resource, lambda text: text.replace(old, new))
    said = [str(each) for each in found.wrong if why in str(each)]
    assert said, [str(each) for each in found.wrong]
    product = re.match(r"(.*)-dashboard-", resource)[1]
    assert said[0].startswith(f"{product}, dashboard '[production] ")
    assert "\n    query:   " in said[0]
    assert "\n    instead: " in said[0]


def test_an_inverted_ratio_is_noticed_in_promql(recording, program):
    def inverted(text):
        page = json.loads(text)
        for panel in page["panels"]:
            for target in panel.get("targets", ()):
                if "http_requests_failed_total" in target["expr"] and "[$__rate_interval]" in target["expr"]:
                    part, whole = target["expr"].split(" / ")
                    target["expr"] = f"{whole} / ({part} > 0)"
        return json.dumps(page)

    found = drawn(recording, program, "clipforge-dashboard-overview", inverted)
    assert any("although the maximum is 1" in str(each) for each in found.wrong)


def test_what_grafana_puts_in_for_its_variables():
    assert put_in("rate(a[$__rate_interval])", 300) == "rate(a[315s])"
    assert put_in("rate(a[${__rate_interval}])", 15) == "rate(a[60s])"
    assert put_in("a[$__interval] b[$__auto] c[$__range]", 60) == "a[60s] b[60s] c[86400s]"
    assert put_in("a[$over]", 60) == "a[$over]"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "stays empty"),
        ([float("nan"), float("inf")], "nothing but NaN"),
        ([0.0, 0.0], "nothing but 0"),
        ([0.5, 1.2], "although the maximum is 1"),
        ([0.5, -0.2], "although the minimum is 0"),
    ],
)
def test_lines_that_nobody_could_believe(values, said):
    query = Query("A", "x", 0, 1)
    lines = [Line("one", [(number, value) for number, value in enumerate(values)])]
    ((why, instead),) = judge(query, lines, None)
    assert said in why
    assert instead
    assert not list(judge(query, [Line("one", [(0, 0.5)])], None))


def test_a_budget_that_is_used_up_may_be_less_than_nothing():
    query = Query("A", "x", None, 1)
    assert not list(judge(query, [Line("one", [(0, -0.5)])], None))
    assert list(judge(replace(query, least=0), [Line("one", [(0, -0.5)])], None))


def test_alerts_fire_in_their_own_spell_of_the_day_that_is_drawn(recording, program):
    rules = Rules.of(recording)
    (scope,) = (each for each in scopes("prod", ROOT) if each.product.name == "a-lo-cubano")
    made = day("prod", scope, truths(scope))
    found = fired(made, rules, program)
    assert set(found) == {truth.alert.name for truth in made.days.usual.truths}
    high = next(each for each in made.days.spells if each.truth.alert.name == "high-error-rate")
    assert any(high.begin / 60 <= begin <= high.end / 60 for begin, _ in found["high-error-rate"])
    assert sum(bool(times) for times in found.values()) > len(found) / 2


def test_pages_of_review_draw_the_day_with_the_alerts_that_fire_beneath(recording, program):
    given = pictures({"prod": recording}, program, ("ticketcap",))
    (of,) = (each for each in scopes("prod", ROOT) if each.product.name == "ticketcap")
    boards = [page("ticketcap", each.name, declared(of)) for each in of.product.dashboards]
    panels = [given(each, "prod") for board in boards for each in board.panels]
    assert {each.panel.kind for each in panels if each.mark != MARK} <= {"firing"}
    played = [each for each in panels if each.mark == MARK]
    assert all(-1440 <= minute <= 0 for each in played for line in each.lines for minute, _ in line.points)
    watched = [each for each in panels if each.panel.kind == "lines" and any(one.alert for one in each.panel.limits)]
    assert watched
    for each in watched:
        assert set(each.firing) == {limit.alert for limit in each.panel.limits if limit.alert}
        assert drawing(each).count('class="state ') == len(each.firing)
        assert "Made-up day data. " in drawing(each)
    fires = [each for each in watched if any(each.firing.values())]
    assert len(fires) > len(watched) / 2
    assert re.search(r"fires (once|\d times), \d+ min", drawing(fires[0]))
    assert given(fires[0].panel, "staging").mark == "sample"


def test_monitors_are_read_once_however_much_is_made_of_them(recording, program, monkeypatch, recorded):
    read, declared = [], monitors.declared

    def counted(of):
        read.append(of)
        return declared(of)

    monkeypatch.setattr(monitors, "declared", counted)
    monkeypatch.setattr(everything, "record", recorded)
    gathered = everything.gather(("staging",))
    draw_all(gathered, program, ("ticketcap",))
    assert [id(of) for of in read] == [id(recorded("staging", named=True))]
    read.clear()
    pictures({"prod": recording}, program, ("ticketcap",))
    assert [id(of) for of in read] == [id(recording)]


def test_a_panel_is_not_taken_for_one_of_another_dashboard_with_its_title_and_place(recording, program):
    given = pictures({"prod": recording}, program, ("ticketcap",))
    (of,) = (each for each in scopes("prod", ROOT) if each.product.name == "ticketcap")
    panel = next(each for each in page("ticketcap", "monitoring", declared(of)).panels if each.kind == "lines")
    assert given(panel, "prod").mark == MARK
    assert given(replace(panel, dashboard="business"), "prod").mark == "sample"


def test_a_heatmap_shows_what_lies_between_two_bounds():
    counts = [Line("+Inf", [(0, 9.0)]), Line("0.1", [(0, 4.0)]), Line("0.5", [(0, 7.0)])]
    assert [(each.label, each.points) for each in between(counts)] == [("0.1", [(0, 4.0)]), ("0.5", [(0, 3.0)])]
