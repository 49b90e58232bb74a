"""Panels of small products: raw queries, of which the day may know too little, and values that stand for any."""

from dataclasses import replace

import pytest

from components.vocabulary import (
    Count,
    DatadogQuery,
    Lines,
    LogQL,
    PromQL,
    Top,
    Unit,
    counter,
    days,
)
from proof import boards
from proof.boards import draw_all
from proof.everything import Proof
from proof.report import report
from proof.sources import sources
from tests.components.conftest import declare
from tests.tiny import DASHBOARD, DISK, scope
from tests.tiny_grafana import DASHBOARD as AT_GRAFANA
from tests.tiny_grafana import DONE, FAILURES, REQUESTS, SKIPPED, kept_at_grafana

REFUSALS = LogQL("Refusals", 'sum(count_over_time({$scope} |= "refused" [$over]))', measured_in=Unit.COUNT)


def prom(query, *of, unit=Unit.PER_SECOND, **other):
    return PromQL("Raw", query, of=of or (REQUESTS,), measured_in=unit, **other)


def at_grafana(signal, page=AT_GRAFANA):
    """The product with one panel more, of this signal."""
    own = Lines("Own", signal, about="Own")
    return kept_at_grafana(dashboards=(replace(page, widgets=(*page.widgets, own)),))


@pytest.fixture
def drawn(program, monkeypatch):
    def drawn(here):
        monkeypatch.setattr(boards, "scopes", lambda *_: [here])
        return draw_all(Proof(recordings={"prod": declare(here)}), program)

    return drawn


@pytest.fixture
def plain(drawn):
    """The panels of the product without one of a raw query, of which none is wrong."""
    found = drawn(kept_at_grafana())
    assert [str(each) for each in found.wrong] == []
    return found


def test_a_raw_query_on_metrics_that_it_names_is_drawn(drawn, plain):
    found = drawn(
        at_grafana(prom("sum by (http_route) (rate(http_requests_total{$scope}[$over]))", by=("http.route",)))
    )
    assert (found.wrong, found.uncounted) == ([], [])
    assert (found.panels, found.queries) == (plain.panels + 1, plain.queries + 1)
    (own,) = (each for each in found.drawn if each.panel.title == "Own")
    assert {line.label for line in own.lines} == {"one", "other"}


@pytest.mark.parametrize(
    ("signal", "why"),
    [
        (prom('sum(rate(http_requests_total{$scope,zone="a"}[$over]))'), "stays empty"),
        (prom("sum(rate(http_requests_total{$scope}[$over])) * 0"), "draws nothing but 0"),
        (
            prom("sum(jobs_skipped_total{$scope}) / sum(jobs_done_total{$scope}) * 9", SKIPPED, DONE, unit=Unit.RATIO),
            "although the maximum is 1",
        ),
        (REFUSALS, "stays empty"),
    ],
)
def test_a_raw_query_that_the_day_knows_too_little_of_is_listed_and_not_counted(drawn, plain, signal, why):
    found = drawn(at_grafana(signal))
    assert [str(each) for each in found.wrong] == []
    (own,) = found.uncounted
    assert (own.panel.title, why in own.why) == ("Own", True)
    assert (found.panels, found.queries) == (plain.panels, plain.queries)
    said = "not counted as drawn, as the product file states its query: tiny, dashboard '[production] Tiny: Main', "
    assert f"{said}panel 'Own' (prod): " in report(Proof(), found, 1)


def test_the_highest_groups_of_a_raw_query_are_a_raw_query(drawn):
    raw = prom('sum by (zone) (rate(http_requests_total{$scope,zone=~".+"}[$over]))', by=("zone",))
    top = Top("Own", raw, about="Own", last=days(1), count=5)
    found = drawn(kept_at_grafana(dashboards=(replace(AT_GRAFANA, widgets=(top,)),)))
    assert [str(each) for each in found.wrong] == []
    assert (len(found.uncounted), found.panels, found.queries) == (1, 0, 0)


def test_a_raw_query_that_fails_is_wrong_and_leaves_the_other_panels_as_they_are(drawn, plain):
    requests = "rate(http_requests_total{$scope}[$over])"
    found = drawn(
        at_grafana(prom(f"{requests} / on () rate(http_failures_total{{$scope}}[$over])", REQUESTS, FAILURES))
    )
    (wrong,) = found.wrong
    assert (wrong.panel.title, found.uncounted) == ("Own", [])
    assert "can't be evaluated: found duplicate series" in wrong.why
    assert {id(each.panel) for each in found.drawn if each.panel.queries and not each.lines} == {id(wrong.panel)}
    assert len(found.drawn) == len(plain.drawn) + 1


def test_a_raw_query_at_datadog(drawn):
    def page(query):
        raw = DatadogQuery("Raw", query, of=DISK, measured_in=Unit.RATIO)
        found = drawn(scope(dashboards=(replace(DASHBOARD, widgets=(Lines("Own", raw, about="Own"),)),)))
        assert [str(each) for each in found.wrong] == []
        return found

    found = page("max:system.disk.in_use{$scope}")
    assert (found.uncounted, found.queries) == ([], 1)
    found = page("max:system.disk.in_use{$scope,zone:a}")
    assert (len(found.uncounted), found.panels, found.queries) == (1, 0, 0)


def test_a_metric_narrowed_to_a_value_that_stands_for_any_is_sent_once(drawn):
    sent = counter("mails.sent", "Mails", ("kind", "queue"))
    other = Lines("Own", Count(sent.where(kind="one", queue="one"), by=("queue",)), about="Own")
    here = kept_at_grafana(dashboards=(replace(AT_GRAFANA, widgets=(*AT_GRAFANA.widgets, other)),))
    series = [(each.metric.name, each.tags) for each in sources(here)]
    assert len(series) == len(set(series))
    assert [str(each) for each in drawn(here).wrong] == []
