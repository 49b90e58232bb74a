"""That every alert of all vendors is played, and what the report says of it."""

import re
from dataclasses import replace

from components.catalogue import scopes
from proof.everything import Proof
from proof.panels import Panel, Panels, Wrong
from proof.report import report, told
from proof.told import Failure
from review.recorder import ROOT
from tests.conftest import STACKS


def unread(proof, stack):
    """Those on queries of which nobody but their author knows what they should find: product and alert."""
    return {
        tuple(each.removesuffix(f" ({stack})").split(", ")) for each in proof.unread if each.endswith(f" ({stack})")
    }


def test_every_alert_is_played_in_every_environment_it_is_declared_in(proof):
    for stack in STACKS:
        products = {scope.product.name: scope for scope in scopes(stack, ROOT)}
        declared = {(name, alert.name) for name, scope in products.items() for alert in scope.product.alerts}
        left_out = {(name, alert) for name, scope in products.items() for alert in scope.left_out}
        played = {tuple(each.name.split(", ")) for each in proof.all if each.stack == stack}
        assert played | unread(proof, stack) == declared - left_out
    assert proof.uncovered == {}
    assert all(len(each.cases) > 1 for each in proof.all)


def test_every_monitor_and_alert_that_notifies_is_played(proof):
    for stack in STACKS:
        at_datadog = [each for each in proof.datadog if each.stack == stack]
        products = {scope.product.name: scope for scope in scopes(stack, ROOT)}
        not_played = {products[product].logical(alert) for product, alert in unread(proof, stack)}
        notifying = {
            monitor.name
            for logical, monitor in at_datadog[0].declared.monitors.items()
            if "@" in monitor.message and logical not in not_played
        }
        assert {each.monitor.name for each in at_datadog} == notifying
        at_sentry = [each for each in proof.sentry if each.stack == stack]
        assert {each.alert.name for each in at_sentry} == set(at_sentry[0].declared.alerts)


def test_alerts_that_can_wake_somebody_have_a_case_of_each_kind(proof):
    for each in (*proof.watched, *proof.datadog):
        names = {case.name for case in each.cases}
        assert names & {"fires", "fires and ends"}
        assert each.truth.silence or {"just not", "telemetry lost"} <= names
    for each in proof.sentry:
        names = {case.name for case in each.cases}
        assert names & {"tells", "fires and ends"}
        assert names & {"nothing happens", "telemetry lost"}
        assert names & {"elsewhere", "just not"}


def test_in_staging_nobody_but_the_staging_channel_is_told(proof):
    for each in (*proof.datadog, *proof.sentry):
        if each.stack == "staging":
            (channel,) = each.heard
            assert channel.endswith(f"{each.truth.scope.product.name}-staging")


def test_the_report_counts_alerts_cases_and_languages(proof):
    lines = report(proof, Panels(), 12).splitlines()
    alerts = len({(type(each), each.name) for each in proof.all})
    assert lines[0] == f"{alerts} alerts in 2 environments, {proof.cases} cases, 0 fail, 12 s"
    assert lines[1].endswith("in LogQL and PromQL")
    assert lines[2].endswith("in metric queries, log searches, service checks, composites and burn rates")
    assert lines[3].endswith("in filters and searches")
    assert lines[4] == "  0 panels with 0 queries, drawn from a made-up day: 0 wrong"
    assert re.fullmatch(r"  Days: [5-9]\d scenarios across alerts and vendors, by the tests in tests/proof", lines[5])
    assert lines[6] == f"  {len(proof.unread)} alerts not played, as the product files state their queries"
    assert len(lines) == 7 + len(proof.left_out) + len(proof.unread)


def test_the_report_names_what_fails_and_what_isnt_covered(proof):
    watched = proof.datadog[0]
    panel = Panel("prod", "tikit", "Main", "Errors", "timeseries")
    failure = Failure("prod", watched.name, watched.cases[0], "fires at minute 20", "silent")
    changed = replace(proof, uncovered={"tikit, x (prod)": "why"}, failures=[failure])
    lines = report(changed, Panels(wrong=[Wrong(panel, "q", "stays empty", "a metric")]), 1).splitlines()
    assert "not covered: tikit, x (prod): why" in lines
    assert lines[-6].startswith(f"FAILS {watched.name} (prod), ")
    assert "silent" in lines[-4]
    assert lines[-3] == "PANEL tikit, dashboard 'Main', panel 'Errors' (prod): stays empty"
    assert lines[-1] == "    instead: a metric"


def test_every_case_reads_as_a_sentence_beside_its_alert(proof):
    said = list(told(proof))
    assert len(said) == proof.cases
    assert any(line.startswith("tikit, high-error-rate (prod), just not: tikit-backend errors of") for line in said)
    assert isinstance(proof, Proof)
