"""A review draws changed dashboards by each side's queries, on one made-up day, and says what isn't evaluated."""

import dataclasses

import pytest

from components.catalogue import scopes
from components.declared import declared
from proof import redrawn as module
from proof.pictures import MARK
from proof.redrawn import NOT, redraw
from review import review as command
from review.drawn.drawing import drawing
from review.drawn.panels import page
from review.html import SAMPLES, Redrawn
from review.recorder import ROOT, Recording
from sandbox.engine_build import BuildError

RULES, MONITORS = "grafana:alerting/ruleGroup:RuleGroup", "datadog:index/monitor:Monitor"


@pytest.fixture
def head(recorded, monkeypatch):
    """What the working tree declares; the program isn't run again."""
    monkeypatch.setattr(module, "record", recorded)
    return recorded("prod", named=True)


def board(product, name, **other):
    """A dashboard that is the same on both sides, but for what is given."""
    (scope,) = (each for each in scopes("prod", ROOT) if each.product.name == product)
    drawn = page(product, name, declared(scope))
    return Redrawn(product, name, drawn, drawn, {}, ("prod",))._replace(**other)


def edited(recording, old, new, kind, name=""):
    """The recording with a text replaced in all resources of a type, or in one."""

    def put_in(value):
        if isinstance(value, dict):
            return {key: put_in(part) for key, part in value.items()}
        if isinstance(value, list):
            return [put_in(part) for part in value]
        return value.replace(old, new) if isinstance(value, str) else value

    changed = [
        each._replace(inputs=put_in(each.inputs)) if each.type == kind and name in each.name else each
        for each in recording.resources
    ]
    assert changed != recording.resources
    return Recording(changed)


def sides(shown, mine):
    """By title and place: the panel before and after."""
    before = [shown.before(each, "prod") for each in mine.before.panels]
    return list(zip(before, [shown.after(each, "prod") for each in mine.after.panels], strict=True))


@pytest.mark.parametrize(("product", "name"), [("ticketcap", "monitoring"), ("fair-trade-worker", "performance")])
def test_the_same_queries_draw_the_same_on_both_sides_and_nothing_of_it_is_a_sample(head, program, product, name):
    mine = board(product, name)
    pairs = sides(redraw([mine], {"prod": head}, program), mine)
    assert all(before == after for before, after in pairs)
    assert {(after.panel.kind, after.mark) for _, after in pairs if after.mark != MARK} <= {("firing", NOT)}
    assert not any(after.missing for _, after in pairs if after.panel.kind != "firing")
    watched = [after for _, after in pairs if after.panel.kind == "lines" and after.panel.limits]
    assert watched
    for each in watched:
        assert set(each.firing) == {limit.alert for limit in each.panel.limits if limit.alert}
    assert any(times for each in watched for times in each.firing.values())


def test_only_what_decides_otherwise_is_played_again_and_fires_otherwise(head, program, monkeypatch):
    mine, played = board("ticketcap", "monitoring"), []
    fired = module.fired

    def counted(day, rules, engine, alerts):
        played.append(sorted(alerts))
        return fired(day, rules, engine, alerts)

    monkeypatch.setattr(module, "fired", counted)
    base = head
    for old, new in ((" > 2000", " > 10"), ("< 1600", "< 8"), ("[2000.0]", "[10.0]")):
        base = edited(base, old, new, RULES, name="ticketcap-rule-slow-api")
    pairs = sides(redraw([mine], {"prod": base}, program), mine)
    assert len(played) == 2
    assert len(played[0]) > 1
    assert played[1] == ["slow-api"]
    otherwise = {
        alert for before, after in pairs for alert in after.firing or {} if before.firing[alert] != after.firing[alert]
    }
    assert otherwise == {"slow-api"}
    assert [before.lines for before, _ in pairs] == [after.lines for _, after in pairs]


def test_a_metric_that_the_day_doesnt_know_has_no_data_and_that_is_said(head, program):
    mine = board("clipforge", "infrastructure")
    base = edited(head, "redis_memory_used_bytes", "redis_memory_gone_bytes", module.DASHBOARDS[0])
    pairs = sides(redraw([mine], {"prod": base}, program), mine)
    differing = [(before, after) for before, after in pairs if before.lines != after.lines]
    assert differing
    for before, after in differing:
        assert after.lines
        assert before.mark == MARK
        assert any("o data on this day." in each for each in before.missing)
        assert "o data on this day." in drawing(before)
    assert any("<svg" not in drawing(before) for before, _ in differing)


def test_what_cant_be_read_of_a_base_is_said_on_each_of_its_panels(head, program):
    mine = board("fair-trade-worker", "jobs")
    strange = [
        each._replace(inputs=each.inputs | {"lasersOn": True}) if each.type == MONITORS else each
        for each in head.resources
    ]
    pairs = sides(redraw([mine], {"prod": Recording(strange)}, program), mine)
    for before, after in pairs:
        assert (before.lines, before.mark) == ((), NOT)
        assert after.mark == (NOT if after.panel.kind == "firing" else MARK)
        assert after.panel.kind == "firing" or "sets lasersOn, which isn't played" in before.missing[0]


def test_a_panel_that_the_vendor_doesnt_have_is_said_to_be_missing(head, program):
    mine = board("ticketcap", "monitoring")
    shown = redraw([mine], {}, program)
    for before, after in sides(shown, mine):
        assert "<svg" not in drawing(before)
        assert after.panel.kind == "firing" or "no panel of this title at this place" in before.missing[0]
        assert after.lines or after.panel.kind == "firing"


def test_of_a_product_that_goes_nothing_is_evaluated_and_that_is_said(head, program):
    mine = board("ticketcap", "monitoring", after=None)
    gone = mine._replace(product="gone", before=dataclasses.replace(mine.before, product="gone"))
    panels = [dataclasses.replace(each, product="gone") for each in mine.before.panels]
    shown = redraw([gone], {"prod": head}, program)
    said = {shown.before(each, "prod").missing[0] for each in panels if each.kind != "firing"}
    assert said == {"Not evaluated: the working tree declares no such product, so it has no made-up day."}


def test_a_dashboard_and_an_alert_that_are_renamed_are_found_by_the_name_they_had(head, program):
    mine = board("ticketcap", "monitoring")
    old = [dataclasses.replace(each, dashboard="first") for each in mine.before.panels]
    gone = "gone-alert"
    old = [dataclasses.replace(each, limits=tuple(limit._replace(alert=gone) for limit in each.limits)) for each in old]
    renamed = mine._replace(before=dataclasses.replace(mine.before, name="first", panels=tuple(old)))
    shown = redraw([renamed], {"prod": head}, program)
    for each, after in zip(old, mine.after.panels, strict=True):
        if each.kind == "firing":
            continue
        before = shown.before(each, "prod")
        assert before.lines == shown.after(after, "prod").lines
        played = f"{gone} isn't played: the working tree doesn't declare it."
        assert (played in before.missing) is (each.kind == "lines" and bool(each.limits))


def unwanted(*_):
    raise AssertionError("nothing may be evaluated")


def test_without_a_changed_dashboard_nothing_is_evaluated(monkeypatch):
    monkeypatch.setattr(module, "redraw", unwanted)
    monkeypatch.setattr("proof.grafana.engine.find_query_engine", unwanted)
    assert command._shown([], {"prod": None}) is SAMPLES


def test_a_preview_is_drawn_with_samples_and_says_so(monkeypatch):
    monkeypatch.setattr(module, "redraw", unwanted)
    shown = command._shown([board("ticketcap", "monitoring")], {})
    assert shown.said == "Curves and numbers are sample data. Of a preview, no query is evaluated."
    assert shown.before(board("ticketcap", "monitoring").before.panels[1], "prod").mark == "sample"


def test_without_the_query_engine_samples_are_drawn_and_a_line_says_why(monkeypatch, capsys):
    def missing(*_):
        raise BuildError("there is no `go` on PATH,\nand the query engine is built from tools/query")

    monkeypatch.setattr("proof.grafana.engine.find_query_engine", missing)
    shown = command._shown([board("ticketcap", "monitoring")], {"prod": None})
    why = "there is no `go` on PATH, and the query engine is built from tools/query"
    assert capsys.readouterr().err == f"Changed dashboards are drawn with sample data: {why}\n"
    assert shown.said == f"Curves and numbers are sample data. No query could be evaluated: {why}."
    assert shown.after(board("ticketcap", "monitoring").before.panels[1], "prod").mark == "sample"
