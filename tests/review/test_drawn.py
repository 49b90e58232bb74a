"""A drawn dashboard shows what vendors show: places, titles and limits. Only its data is invented, and says so."""

import dataclasses
import json
import re

import pytest

from components.catalogue import scopes
from components.declared import declared
from components.vocabulary import Lines, percent
from review.drawn.data import Drawn, Line
from review.drawn.drawing import DRAWERS, drawing
from review.drawn.numbers import spoken, ticks
from review.drawn.panels import KINDS, Limit, in_unit, page
from review.drawn.sample import sample
from tests.conftest import ROOT, STACKS
from tests.tiny import DASHBOARD, FAILING, STAGING, TINY, scope
from tests.tiny_grafana import kept_at_grafana


def board(of=None, name="main"):
    of = of or scope()
    return page(of.product.name, name, declared(of))


def panel(title, of=None):
    return next(each for each in board(of).panels if each.title == title)


PANELS = [*board().panels, *board(kept_at_grafana()).panels]


def test_every_kind_of_widget_is_drawn():
    assert set(DRAWERS) == set(KINDS)
    assert {each.kind for each in PANELS} == set(KINDS)


@pytest.mark.parametrize("each", PANELS, ids=lambda each: each.identity)
def test_every_panel_has_a_drawing_with_its_numbers(each):
    drawn = sample(each)
    text = str(drawing(drawn))
    assert ("<svg" in text) or each.kind in ("listing", "firing")
    assert drawn.lines
    if each.kind in ("number", "dial", "standing"):
        assert spoken(drawn.lines[0].points[-1][1], each.unit) in text


def test_a_kind_that_only_another_commit_knows_is_named_in_its_place():
    strange = dataclasses.replace(PANELS[0], kind="spiral")
    assert "spiral" in drawing(sample(strange))


def _real(inputs):
    """Places, titles and limits as they are sent to a vendor."""
    board = json.loads(inputs.get("configJson") or inputs["dashboard"])
    if "panels" in board:
        for each in board["panels"]:
            at = each["gridPos"]
            steps = each.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", [])
            limits = {round(step["value"], 2) for step in steps if step.get("value") is not None}
            yield (at["x"], at["y"], at["w"], at["h"]), each["title"].partition(", last")[0], limits
    else:
        for each in board["widgets"]:
            at, what = each["layout"], each["definition"]
            limits = {round(float(mark["value"].removeprefix("y = ")), 2) for mark in what.get("markers", [])}
            yield (at["x"], at["y"], at["width"], at["height"]), what["title"].partition(", last")[0], limits


@pytest.mark.parametrize("stack", STACKS)
def test_panels_stand_where_vendors_put_them_with_the_limits_that_vendors_draw(recordings, stack):
    resources = {each.name: each.inputs for each in recordings[stack].resources}
    compared = 0
    for of in scopes(stack, ROOT):
        for each in of.product.dashboards:
            drawn = page(of.product.name, each.name, declared(of)).panels
            real = list(_real(resources[of.logical(f"dashboard-{each.name}")]))
            assert len(real) == len(drawn)
            for mine, (place, title, limits) in zip(drawn, real, strict=True):
                assert (tuple(mine.place), mine.title.partition(", last")[0]) == (place, title)
                goal = {round(mine.goal, 2)} if mine.goal is not None else set()
                shown = {round(limit.value, 2) for limit in mine.limits} | goal
                assert shown == (limits or goal), mine.identity  # Datadog knows what its objective has to reach
                compared += 1
    assert compared > 200


def test_a_limit_has_the_unit_of_its_panel_and_the_alert_that_watches_it():
    assert panel("Latency").limits == (Limit("slow", "P2", "above", 1.5, "above 1500 ms", urgent=False),)
    lines = next(each for each in board().panels if each.title == "Errors" and each.kind == "lines")
    assert [(each.alert, each.value, each.urgent) for each in lines.limits] == [
        ("errors", 0.05, True),
        ("errors", 0.01, False),
    ]
    assert in_unit("5 %", "percent") == 5
    assert in_unit("1 second", "milliseconds") == 1000
    assert in_unit("1000 in the metric's currency", "money") == 1000


def test_an_amount_over_a_day_is_not_judged_by_the_limit_of_an_hour():
    found = {each.title: each.limits for each in board(kept_at_grafana()).panels if each.title.startswith("Failures, ")}
    assert [bool(limits) for limits in found.values()] == [True, False]


def test_a_column_of_a_table_has_its_own_unit():
    table = panel("Routes", kept_at_grafana())
    assert (table.units, table.by) == (("count", "seconds"), ("http.route",))
    assert " ms</td>" in drawing(sample(table))


def test_samples_are_marked_as_such_and_the_same_every_time():
    for each in PANELS:
        assert sample(each) == sample(dataclasses.replace(each))
        assert sample(each).mark == "sample"
        if each.kind in ("lines", "buckets", "number", "dial", "standing", "top"):
            assert 'aria-label="Sample data. ' in drawing(sample(each)), each.identity
    assert sample(PANELS[3]) != sample(dataclasses.replace(PANELS[3], title="Another"))


@pytest.mark.parametrize(
    "each", [one for one in PANELS if one.kind == "lines" and one.limits], ids=lambda one: one.title
)
def test_samples_move_on_both_sides_of_a_limit(each):
    values = [value for line in sample(each).lines for _, value in line.points]
    assert any(
        any(value > limit.value for value in values) and any(value <= limit.value for value in values)
        for limit in each.limits
    )


def test_samples_are_what_their_unit_can_be():
    for each in PANELS:
        values = [value for line in sample(each).lines for _, value in line.points]
        assert min(values) >= 0 or each.kind == "standing"
        assert each.unit != "ratio" or max(values) <= 1
        assert each.unit != "count" or each.units or all(value == int(value) for value in values)


def test_an_alert_that_a_stack_leaves_out_is_not_drawn_there():
    widgets = (Lines("Sales", DASHBOARD.widgets[5].lines, about="Sales"),)
    dashboards = (dataclasses.replace(DASHBOARD, widgets=widgets),)
    assert [each.alert for each in panel("Sales", scope(dashboards=dashboards)).limits] == ["sales"]
    assert panel("Sales", scope(STAGING, dashboards=dashboards)).limits == ()


def test_a_moved_limit_moves_the_line_and_nothing_else():
    alerts = tuple(
        dataclasses.replace(each, when=FAILING.above(percent(7))) if each.name == "errors" else each
        for each in TINY.alerts
    )
    after = [each for each in board(scope(alerts=alerts)).panels if each not in board().panels]
    assert [(each.title, [limit.value for limit in each.limits]) for each in after] == [("Errors", [0.07])]


def with_points(style, points, firing=None):
    each = dataclasses.replace(panel("Errors"), kind="lines", style=style)
    return str(drawing(Drawn(each, (Line("one", points),), "", firing)))


def test_what_happened_once_is_seen_among_bars():
    points = [(minute, 7.0 if minute == -715 else 0.0) for minute in range(-1440, 0, 5)]
    heights = re.findall(r"M[\d.]+ 400V([\d.]+)h", with_points("bars", points))
    assert [each for each in heights if each != "400"] != []


def test_a_line_is_not_drawn_across_a_gap():
    points = [(minute, 1.0) for minute in range(-1440, 0, 5) if not -800 < minute < -700]
    [path] = re.findall(r'd="(M[^"]*)" class="line c0"', with_points("line", points))
    assert path.count("M") == 2


def test_alerts_that_fire_stand_beneath_the_curves_and_are_said():
    points = [(-1440, 0.0), (0, 0.0)]
    text = with_points("line", points, {"errors": ((-720.0, -690.0),), "slow": ()})
    assert text.count('class="state ') == 2
    assert '<rect x="500" width="20.8" height="10">' in text
    assert "errors fires once, 30 min; slow stays silent" in text
    assert 'class="state ' not in with_points("line", points)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0423, "ratio", "4.23 %"),
        (0.9997, "ratio", "99.97 %"),
        (1.0, "ratio", "100 %"),
        (99.95, "percent", "99.95 %"),
        (0.35, "seconds", "350 ms"),
        (90, "seconds", "90 s"),
        (600, "seconds", "10 min"),
        (1500, "milliseconds", "1.5 s"),
        (1234, "count", "1,234"),
        (12_300, "count", "12.3k"),
        (1.5 * 2**30, "bytes", "1.5 GiB"),
        (0, "bytes", "0 B"),
        (24, "per second", "24/s"),
        (0, "seconds", "0 s"),
    ],
)
def test_numbers_are_said_with_their_unit(value, unit, said):
    assert spoken(value, unit) == said


def test_ticks_are_round_and_within_the_axis():
    assert ticks(0, 0.056) == pytest.approx([0, 0.02, 0.04])
    assert ticks(0.98, 1) == pytest.approx([0.98, 0.985, 0.99, 0.995, 1])
    assert ticks(3, 3) == [3]
