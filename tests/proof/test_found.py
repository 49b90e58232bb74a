"""An alert is found by the uid that Grafana gets, and played without those of its own options that aren't modelled."""

from dataclasses import replace

import pytest

from components.scope import Scope
from components.vocabulary import PromQL, Rate, Unit, minutes, per_second
from proof import everything
from proof.fitting import Rules, watching
from proof.panels import Panels
from proof.report import report
from proof.truth import Truth
from proof.unplayable import UnplayableError
from tests.components.conftest import declare
from tests.tiny import STAGING, TINY
from tests.tiny_grafana import GRAFANA, REQUESTS

(ERRORS,) = (each for each in GRAFANA.alerts if each.name == "errors")
LONG = "errors-of-the-requests-that-nobody-waits-for"
STRANGE = {"missing_series_evals_to_resolve": 3}


def declared(alert):
    """It alone, at Grafana in staging: where it is, what is declared there, and as the proof reads that."""
    here = Scope(replace(GRAFANA, alerts=(alert,)), STAGING)
    recording = declare(here)
    return here, recording, everything._read("staging", recording)


@pytest.mark.parametrize(
    "other", [{"name": LONG}, {"was": "requests-fail"}, {"was": LONG}, {"severity": GRAFANA.alerts[1].severity}]
)
def test_a_rule_is_found_also_where_its_uid_is_not_the_name(other):
    alert = replace(ERRORS, **other)
    here, recording, read = declared(alert)
    watched = everything._at_grafana(read, here, alert)
    rules = {rule.uid for rule in (watched.rule, watched.late) if rule}
    assert rules == {uid for uid in read.grafana.rules if "heartbeat" not in uid}
    found = watching(Truth(here, alert), Rules.of(recording))
    assert (found.rule, found.late) == (watched.rule, watched.late)


def test_an_alert_is_played_without_its_own_options_that_are_not_modelled_and_listed():
    alert = replace(ERRORS, grafana=STRANGE)
    here, _, read = declared(alert)
    watched = everything._at_grafana(read, here, alert)
    assert watched.unplayed == {"missingSeriesEvalsToResolve"}
    lines = report(everything.Proof(watched=[watched]), Panels(), 1).splitlines()
    assert lines[-1] == "played without an option of its own: tiny, errors (staging): missingSeriesEvalsToResolve"


def test_the_same_at_datadog():
    alert = replace(TINY.alerts[0], datadog={"groupby_simple_monitor": True})
    here = Scope(replace(TINY, alerts=(alert,)), STAGING)
    watched = everything._at_datadog(everything._read("staging", declare(here)), here, alert, frozenset())
    assert watched.unplayed == {"groupbySimpleMonitor"}


def test_what_a_component_sets_has_to_be_played():
    here, _, read = declared(replace(ERRORS, grafana=STRANGE))
    with pytest.raises(
        UnplayableError, match="tiny-errors-staging sets missingSeriesEvalsToResolve, which isn't played"
    ):
        everything._at_grafana(read, here, ERRORS)


@pytest.mark.parametrize(
    ("query", "played"),
    [
        ("sum(rate(http_requests_total{$scope}[$over]))", Rate(REQUESTS, window=minutes(5))),
        ("sum(rate(http_requests_total{$scope}[$over])) or vector(0)", Rate(REQUESTS, window=minutes(5))),
        ("sum(increase(http_requests_total{$scope}[$over]))", None),  # in another unit
        ("sum by (pod) (rate(http_requests_total{$scope}[$over]))", None),  # grouped, but by= doesn't say so
        ("max(rate(http_requests_total{$scope}[$over]))", None),
        ('sum(rate(http_requests_total{$scope, code="500"}[$over]))', None),
    ],
)
def test_a_query_that_the_product_file_states_is_played_as_the_word_that_means_the_same_or_listed(
    query, played, monkeypatch
):
    waits = PromQL("waits", query, of=REQUESTS, measured_in=Unit.PER_SECOND)
    alert = replace(ERRORS, name="waits", when=waits.over(minutes(5)).above(per_second(5)))
    here, recording, _ = declared(alert)
    monkeypatch.setattr(everything, "record", lambda *_, **__: recording)
    monkeypatch.setattr(everything, "scopes", lambda *_: [here])
    proof = everything.gather(["staging"])
    assert proof.uncovered == {}
    assert [each.truth.when.signal for each in proof.watched] == ([] if played is None else [played])
    assert proof.unread == (["tiny, waits (staging)"] if played is None else [])
    lines = report(proof, Panels(), 1).splitlines()
    assert f"  {len(proof.unread)} alerts not played, as the product files state their queries" in lines
    assert ("not played: tiny, waits (staging)" in lines) == (played is None)
