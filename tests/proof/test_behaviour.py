"""Alerts played through: what holds for a rule, and that a rule broken on purpose is noticed."""

from dataclasses import replace

import pytest

from components.catalogue import scopes
from components.grafana.rules import rule_uid
from components.grafana.uids import uid
from components.vendors import heartbeats
from proof.everything import Proof, play_all
from proof.grafana import play as play_module
from proof.grafana.engine import ask
from proof.grafana.play import request
from proof.grafana.rules import Declared
from proof.told import told
from tests.conftest import ROOT, STACKS

PLAYED = {
    "ratio": ("ticketcap", "high-error-rate"),
    "gauge": ("clipforge", "memory-high"),
    "level": ("a-lo-cubano", "high-memory"),
    "percentile": ("ticketcap", "slow-api"),
    "burn rate": ("ticketcap", "registrations-budget"),
    "silence": ("ticketcap", "telemetry-silent"),
    "check": ("tikit", "api-not-ready"),
    "log lines": ("clipforge", "logs-silent"),
}


def of(proof, product, alert, stack="prod"):
    """One alert of it alone, to play."""
    found = [
        each
        for each in proof.watched
        if (each.truth.scope.product.name, each.truth.alert.name, each.stack) == (product, alert, stack)
    ]
    assert len(found) == 1
    return Proof(watched=found, declared=dict(proof.declared))


def failures(program, proof):
    proof.failures.clear()
    play_all(proof, program)
    return proof.failures


def test_every_rule_of_grafana_is_played_in_every_environment(proof):
    for stack in STACKS:
        played = [each for each in proof.watched if each.stack == stack]
        uids = {rule.uid for each in played for rule in (each.rule, each.late) if rule}
        beats = {uid(scope, "heartbeat") for scope in scopes(stack, ROOT) if "grafana" in heartbeats(scope)}
        unread = {
            rule_uid(scope, alert, escalated=late)
            for scope in scopes(stack, ROOT)
            for alert in scope.product.alerts
            if f"{scope.product.name}, {alert.name} ({stack})" in proof.unread
            for late in (False, True)
        }
        declared = set(proof.declared[stack].rules)
        assert uids | beats | unread & declared == declared
    assert proof.uncovered == {}
    assert all(len(each.cases) > 1 for each in proof.watched)


@pytest.mark.parametrize(
    ("kind", "stack"),  # staging has no users, whose silence would be told
    [(kind, stack) for kind in PLAYED for stack in STACKS if (kind, stack) != ("log lines", "staging")],
)
def test_an_alert_of_each_kind_does_what_the_product_file_says(program, proof, kind, stack):
    assert failures(program, of(proof, *PLAYED[kind], stack)) == []


def test_what_is_skipped_while_nothing_changes_makes_no_difference(program, proof, monkeypatch):
    """A rule's evaluations are cut short where nothing changes; stepping through all of them says the same."""
    alert = of(proof, *PLAYED["ratio"])
    (watched,) = alert.watched
    answers = list(ask(program, [request(watched, number) for number in range(len(watched.cases))]))
    played = []
    for settled in (play_module.SETTLED, 10**9):
        monkeypatch.setattr(play_module, "SETTLED", settled)
        for answer in answers:
            case = watched.cases[int(answer.id.rpartition(":")[2])]
            played.append(play_module.play(watched.rule, alert.declared["prod"], case, answer))
    assert played[: len(answers)] == played[len(answers) :]
    assert any(each.messages for each in played)


def broken(alert, **change):
    """The same alert with a rule that was changed as somebody might by mistake."""
    (watched,) = alert.watched
    return Proof(watched=[replace(watched, rule=replace(watched.rule, **change))], declared=alert.declared)


def rewritten(alert, old, new):
    """The same alert with another text in its queries."""
    (watched,) = alert.watched
    assert any(old in text for text in watched.rule.queries.values())
    return broken(alert, queries={ref: text.replace(old, new) for ref, text in watched.rule.queries.items()})


def limit(alert, factor):
    """The same alert with another limit, in the query and in the threshold."""
    (watched,) = alert.watched
    condition = watched.rule.condition
    return broken(
        rewritten(alert, f" {condition.limit:g}", f" {condition.limit * factor:g}"),
        condition=replace(condition, limit=condition.limit * factor),
    )


BREAKS = {
    "a higher threshold": ("ratio", lambda alert: limit(alert, 1.5)),
    "a lower threshold": ("ratio", lambda alert: limit(alert, 0.8)),
    "the opposite operator": ("ratio", lambda alert: rewritten(alert, " > 0.01", " < 0.01")),
    "a longer window": ("ratio", lambda alert: rewritten(alert, "[5m]", "[15m]")),
    "a shorter window": ("level", lambda alert: rewritten(alert, "[2m]", "[12m]")),
    "a higher gate": ("ratio", lambda alert: rewritten(alert, ">= 20", ">= 30")),
    "a lower gate": ("ratio", lambda alert: rewritten(alert, ">= 20", ">= 10")),
    "no wait": ("ratio", lambda alert: rewritten(alert, ">= 6", ">= 1")),
    "recovery at another level": ("ratio", lambda alert: rewritten(alert, "< 0.008", "< 0.0095")),
    "another quantile": ("percentile", lambda alert: rewritten(alert, "0.99", "0.5")),
    "no data is well": ("ratio", lambda alert: broken(alert, no_data="OK")),
    "no answer is well": ("ratio", lambda alert: broken(alert, on_error="OK")),
    "no answer is told": ("ratio", lambda alert: broken(alert, on_error="Error")),
    "no answer isn't told": ("silence", lambda alert: broken(alert, on_error="KeepLast")),
    "another metric": ("silence", lambda alert: rewritten(alert, "db_query_duration", "api_request_duration")),
    "two rounds more": (
        "check",
        lambda alert: rewritten(rewritten(alert, "[330s:1m]", "[930s:1m]"), ">= 6", ">= 16"),
    ),
    "the first location decides": ("check", lambda alert: rewritten(alert, "max by", "min by")),
    "another rate of burning": ("burn rate", lambda alert: limit(alert, 1.6)),
    "another window of log lines": ("log lines", lambda alert: rewritten(alert, "[1h]", "[10m]")),
    "another comparison": (
        "ratio",
        lambda alert: broken(alert, condition=replace(alert.watched[0].rule.condition, sense="lt")),
    ),
}


@pytest.mark.parametrize("change", BREAKS)
def test_a_rule_broken_on_purpose_is_noticed(program, proof, change):
    kind, spoil = BREAKS[change]
    assert failures(program, spoil(of(proof, *PLAYED[kind])))


def test_a_receiver_that_is_wrong_or_missing_is_noticed(program, proof):
    alert = of(proof, *PLAYED["ratio"])
    (watched,) = alert.watched
    contact = watched.rule.routing.contact_point
    for wrong in ((), ("kartis-grafana-slack-other",), (*alert.declared["prod"].receivers[contact], "a@example.com")):
        declared = alert.declared["prod"]
        changed = Declared(declared.rules, {**declared.receivers, contact: wrong}, declared.mutes)
        found = failures(program, Proof(watched=alert.watched, declared={"prod": changed}))
        assert found
        assert all(each.expected.startswith("told: ") for each in found)


def test_in_staging_nobody_but_the_staging_channel_is_told(proof):
    for watched in proof.watched:
        if watched.stack == "staging":
            (receiver,) = told(watched.truth.scope, watched.truth.alert.receivers)
            assert str(receiver) == f"Slack #{watched.truth.scope.product.name}-staging"


def test_a_case_reads_as_a_sentence_and_a_failure_says_what_was_expected(program, proof):
    found = failures(program, limit(of(proof, *PLAYED["ratio"]), 1.5))
    said = str(found[0])
    assert said.startswith("ticketcap, high-error-rate (prod), ")
    assert "api.error.count of api.request.count at 1.200% from minute 20" in said
    assert "expected: fires at minute" in said
    assert "got:      silent" in said
