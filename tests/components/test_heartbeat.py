"""A heartbeat is one line, beats for ever at Datadog and Grafana, and stops when nothing can be evaluated."""

import json
from dataclasses import replace

import pytest

from components.datadog import limits
from components.problems import InvalidDeclarationError
from components.scope import Scope
from components.secrets import needed
from components.vendors import heartbeats, told_at
from components.vocabulary import Heartbeat, PagerDuty, Slack, Webhook, infrastructure
from components.vocabulary.quantities import Unit
from proof import heartbeats as proof
from proof.datadog import monitors
from proof.grafana.rules import Declared
from tests.components.conftest import alone, declare
from tests.tiny import PRODUCTION, STAGING, alert, product
from tests.tiny_grafana import kept_at_grafana

SWITCH = Webhook("deadman")
ALIVE = infrastructure("system.cpu.idle", Unit.PERCENT, "Idle CPU", "host")
BEAT = Heartbeat(SWITCH, of=ALIVE)
ON_CHECKS = product().alerts_at("checks")[:1]


class Recorded:
    """What was declared, as the proof reads it."""

    def __init__(self, scope):
        self.scope, self.made = scope, declare(scope)
        self.resources = self.made.resources
        self.grafana, self.datadog = Declared.of(self), monitors.declared(self)

    def failures(self, **spoiled):
        at = {"grafana": self.grafana, "datadog": self.datadog, "channels": self.datadog.channels} | spoiled
        return list(proof.failures(self.scope, at["grafana"], at["datadog"], at["channels"]))


@pytest.fixture(scope="module")
def tiny():
    """At Datadog for telemetry, at Grafana for checks."""
    return Recorded(Scope(product(heartbeat=BEAT, alerts=ON_CHECKS, dashboards=(), objectives=()), PRODUCTION))


@pytest.fixture(scope="module")
def staged():
    return Recorded(Scope(product(heartbeat=BEAT, alerts=ON_CHECKS, dashboards=(), objectives=()), STAGING))


def test_it_beats_at_each_vendor_that_can_and_is_used(tiny):
    assert heartbeats(tiny.scope) == ["datadog", "grafana"]
    assert heartbeats(Scope(product(), PRODUCTION)) == []
    without = kept_at_grafana(heartbeat=Heartbeat(SWITCH))
    assert heartbeats(without) == ["grafana"]


@pytest.mark.parametrize("where", ["tiny", "staged"])
def test_it_never_pauses_while_all_is_well_and_stops_when_nothing_can_be_evaluated(where, request):
    assert request.getfixturevalue(where).failures() == []


def test_each_vendor_has_an_address_of_its_own_in_each_environment(tiny):
    names = set(needed(alone(tiny.scope)))
    assert {"tiny-datadog-webhook-deadman", "tiny-grafana-webhook-deadman"} <= names
    assert "tiny-sentry-webhook-deadman" not in names
    assert tiny.made.one("Webhook", "heartbeat-webhook") == {"name": "tiny-heartbeat", "url": "[secret]"}
    contact = tiny.made.one("ContactPoint", "contact-heartbeat")
    assert contact["webhooks"] == [{"disableResolveMessage": True, "url": "[secret]"}]


def test_it_goes_to_the_switch_in_staging_too_and_nobody_else_is_told_there(staged):
    monitor = staged.made.one("Monitor", "heartbeat")
    assert monitor["message"].count("@") == 1
    assert "@webhook-tiny-heartbeat-staging" in monitor["message"]
    assert SWITCH not in told_at(staged.scope, "grafana")


def test_at_datadog_the_hours_points_are_counted_and_only_the_alert_is_told(tiny):
    monitor = tiny.made.one("Monitor", "heartbeat")
    assert monitor["query"] == ("sum(current_1h):max:system.cpu.idle{env:production,product:tiny} * 0 + 1 > 5")
    assert monitor["schedulingOptions"] == {"evaluationWindow": {"hourStarts": 0}}
    assert monitor["onMissingData"] == "resolve"
    assert monitor["message"].startswith("{{#is_alert}}Datadog evaluates")
    assert "role:alert" not in monitor["tags"]


def test_at_grafana_a_constant_fires_and_ends_where_the_source_fails(tiny):
    [rule] = tiny.made.one("RuleGroup", "rule-heartbeat")["rules"]
    assert [json.loads(each["model"]).get("expr") for each in rule["datas"]] == ["vector(1)", None]
    assert (rule["execErrState"], rule["noDataState"]) == ("OK", "OK")
    assert "muteTimings" not in rule["notificationSettings"]


def grafana(tiny, **changes):
    return replace(
        tiny.grafana, rules={n: replace(rule, **changes) for n, rule in tiny.grafana.rules.items() if "heartbeat" in n}
    )


def datadog(tiny, **changes):
    found = tiny.datadog.monitors["tiny-heartbeat"]
    return replace(tiny.datadog, monitors={"tiny-heartbeat": replace(found, **changes)})


def test_what_would_silence_it_or_keep_it_alive_is_noticed(tiny):
    routing = tiny.grafana.rules["tiny-heartbeat"].routing
    told = "@webhook-tiny-heartbeat"
    spoiled = {
        "silent for": [
            {"grafana": grafana(tiny, routing=replace(routing, repeat=3600))},
            {"datadog": datadog(tiny, message=f"{{{{#is_no_data}}}}{told}{{{{/is_no_data}}}}", escalation="")},
        ],
        "still beats": [{"grafana": grafana(tiny, on_error="KeepLast")}],
        "the first beat comes never": [
            {"grafana": replace(tiny.grafana, receivers={})},
            {"grafana": grafana(tiny, routing=replace(routing, mutes=("deploys",)))},
            {"datadog": datadog(tiny, critical=100000.0)},
        ],
        "isn't declared, so nobody is called": [{"channels": frozenset()}],
    }
    for said, several in spoiled.items():
        for each in several:
            found = tiny.failures(**each)
            assert found, (said, each.keys())
            assert any(said in problem or "never" in problem for problem in found), (said, found)


def test_datadog_needs_a_metric_and_grafana_none():
    scope = Scope(product(heartbeat=Heartbeat(SWITCH)), PRODUCTION)
    [problem] = [each for each in limits.problems(scope) if each.item == "heartbeat"]
    assert (problem.field, problem.product) == ("of", "")
    assert "never be sent" in problem.why


def test_an_alert_of_that_name_is_refused():
    [one, *_] = product().alerts
    with pytest.raises(InvalidDeclarationError, match="is the name of the product's heartbeat"):
        product(heartbeat=BEAT, alerts=(*product().alerts, alert("heartbeat", one.when)))


@pytest.mark.parametrize("other", [Slack("#alerts"), PagerDuty("tiny")])
def test_it_goes_to_a_program_and_to_nobody_who_reads(other):
    with pytest.raises(InvalidDeclarationError, match="tell"):
        Heartbeat(other)
