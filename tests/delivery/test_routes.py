"""Every alert ends at somebody, in both environments; one that doesn't, or ends elsewhere than it says, is noticed."""

from dataclasses import replace

import pytest

from components.scope import Scope
from components.vendors import VENDORS, alerts_here, heartbeats
from delivery import __main__ as command
from delivery import table
from delivery.routes import HEARTBEAT, Route, lasting, routes, together
from proof.unplayable import UnplayableError
from tests.components.test_heartbeat import BEAT, ON_CHECKS, Recorded
from tests.conftest import STACKS
from tests.tiny import PRODUCTION, product

PAGE, LATE, OPEN = "tikit-high-error-rate", "a-lo-cubano-high-error-rate-late", "a-lo-cubano-high-error-rate"


@pytest.fixture
def prod(declared):
    return declared["prod"]


def route(stack, scopes, product, alert, vendor):
    found = routes(stack, [scope for scope in scopes["prod"] if scope.product.name == product])
    return next(each for each in found if each.alerts == (alert,) and each.vendor == vendor)


def one(mapping, name, **changes):
    """A copy of the mapping in which one thing is another."""
    return {**mapping, name: replace(mapping[name], **changes)}


def without(mapping, name):
    return {key: value for key, value in mapping.items() if key != name}


@pytest.mark.parametrize("stack", STACKS)
def test_every_alert_ends_at_a_receiver_that_exists_and_that_the_words_name(declared, everything, stack):
    found = routes(declared[stack], everything[stack])
    assert list(table.problems(found)) == []
    assert all(each.told for each in found)
    expected = {(s.product.name, v, a.name) for s in everything[stack] for v in VENDORS for a in alerts_here(s, v)}
    assert len(expected) > 100
    assert len(found) == len(expected) + sum(len(heartbeats(scope)) for scope in everything[stack])


def test_each_severity_with_an_alert_has_a_route_in_each_environment(declared, everything):
    for stack in STACKS:
        routed = {(each.product, each.severity) for each in routes(declared[stack], everything[stack])}
        assert routed == {
            (scope.product.name, str(alert.severity))
            for scope in everything[stack]
            for vendor in VENDORS
            for alert in alerts_here(scope, vendor)
        } | {(scope.product.name, HEARTBEAT) for scope in everything[stack] if heartbeats(scope)}


def test_in_staging_nobody_is_woken(declared, everything):
    assert not [r for r in routes(declared["staging"], everything["staging"]) for end in r.told if end.wakes]


def test_a_monitor_tells_through_handles_and_a_composite_waits_for_its_parts(prod, everything):
    found = route(prod, everything, "tikit", "high-error-rate", "Datadog")
    assert [(end.receiver, end.through) for end in found.told] == [
        ("PagerDuty tikit", "@pagerduty-tikit"),
        ("Email team@tikit.app", "@team@tikit.app"),
        ("Slack #alerts", "@slack-tikit-alerts"),
    ]
    monitor = prod.datadog.monitors[PAGE]
    slowest = max(part.every + part.delay for part in prod.datadog.parts(monitor))
    assert found.lag == (max(part.delay for part in prod.datadog.parts(monitor)), slowest + 60)
    assert found.again == "every 15 min, perhaps for 30 h only"
    assert found.unanswered == "nothing"


def test_a_rule_tells_through_its_contact_point_and_others_when_it_lasts(prod, everything):
    found = route(prod, everything, "a-lo-cubano", "high-error-rate", "Grafana")
    assert [end.receiver for end in found.told] == ["Email alocubanoboulderfest@gmail.com", "Slack #alerts"]
    assert found.told[1].through == "contact point a-lo-cubano-high: webhook of Slack"
    assert found.lag == (30, 90)
    assert found.again == "every 15 min, at most 5 min late"
    assert found.unanswered == (
        "after 30 min: PagerDuty a-lo-cubano (contact point a-lo-cubano-high-late: PagerDuty key)"
    )


def test_a_check_has_to_fail_as_often_as_its_alert_says_before_somebody_is_told(declared, everything):
    [scope] = [each for each in everything["staging"] if each.product.name == "tikit"]
    [alert] = [each for each in scope.product.alerts if each.name == "api-down"]
    every, rounds = scope.interval(alert.when.check).seconds, scope.rounds(alert.when)
    assert rounds > 1
    [found] = [each for each in routes(declared["staging"], [scope]) if each.alerts == ("api-down",)]
    assert found.lag == ((rounds - 1) * every + 30, rounds * every + 90)


def test_sentry_neither_reminds_nor_escalates(prod, everything):
    found = route(prod, everything, "fair-trade-worker", "payment-error", "Sentry")
    assert [end.through for end in found.told] == [
        "PagerDuty integration",
        "mail to team fairtradeworker-payments",
        "Slack integration",
    ]
    assert found.again == "with later events, at most every 5 min"
    assert found.unanswered == "nothing: Sentry doesn't escalate"


def message(text):
    return lambda stack: replace(
        stack, datadog=replace(stack.datadog, monitors=one(stack.datadog.monitors, PAGE, message=text))
    )


def monitor(**changes):
    return lambda stack: replace(
        stack, datadog=replace(stack.datadog, monitors=one(stack.datadog.monitors, PAGE, **changes))
    )


def grafana(**changes):
    return lambda stack: replace(
        stack, grafana=replace(stack.grafana, **{name: made(stack.grafana) for name, made in changes.items()})
    )


def rerouted(uid, **changes):
    def made(declared):
        rule = declared.rules[uid]
        return one(declared.rules, uid, routing=replace(rule.routing, **changes))

    return grafana(rules=made)


def contact(name, *tokens):
    return grafana(receivers=lambda declared: {**declared.receivers, name: tokens})


ALL = "@pagerduty-tikit @slack-tikit-alerts @team@tikit.app"
POINT = "a-lo-cubano-high"
TO_GRAFANA = ("a-lo-cubano", "high-error-rate", "Grafana")
TO_DATADOG = ("tikit", "high-error-rate", "Datadog")
TO_SENTRY = ("fair-trade-worker", "payment-error", "Sentry")
BROKEN = {
    "a contact point without an address": (TO_GRAFANA, contact(POINT, ""), "which has no address"),
    "a contact point without a receiver": (TO_GRAFANA, contact(POINT), "which has no address"),
    "a contact point that nothing declares": (
        TO_GRAFANA,
        rerouted(OPEN, contact_point="gone"),
        "names the contact point gone, which isn't declared",
    ),
    "a contact point of others": (
        TO_GRAFANA,
        contact(POINT, "a-lo-cubano-grafana-slack-alerts", "other@example.com"),
        "notifies other@example.com (not in the product file), but the product file doesn't",
    ),
    "a receiver that is left out": (
        TO_GRAFANA,
        contact(POINT, "a-lo-cubano-grafana-slack-alerts"),
        "doesn't notify Email alocubanoboulderfest@gmail.com",
    ),
    "another rhythm": (
        TO_GRAFANA,
        rerouted(OPEN, repeat=86400),
        "is sent again every 1 d, but the product file says 15 min",
    ),
    "a rule that is gone": (
        TO_GRAFANA,
        grafana(rules=lambda declared: without(declared.rules, OPEN)),
        "has no rule, so nobody is ever notified",
    ),
    "an escalation that is gone": (
        TO_GRAFANA,
        grafana(rules=lambda declared: without(declared.rules, LATE)),
        "has no rule that notifies PagerDuty a-lo-cubano when it lasts",
    ),
    "an escalation to nobody": (TO_GRAFANA, contact(f"{POINT}-late"), "a-lo-cubano-high-late, which has no address"),
    "a message without a handle": (TO_DATADOG, message("It fails."), "notifies nobody"),
    "a handle in the block of another state": (
        TO_DATADOG,
        message(f"{{{{#is_recovery}}}}{ALL}{{{{/is_recovery}}}}"),
        "notifies nobody",
    ),
    "a handle that nothing is declared for": (
        TO_DATADOG,
        message(f"{ALL} @slack-tikit-typo"),
        "ends at @slack-tikit-typo, which is not declared as a channel or service",
    ),
    "a channel that is no longer declared": (
        TO_DATADOG,
        lambda stack: replace(stack, channels=stack.channels - {"@pagerduty-tikit"}),
        "ends at @pagerduty-tikit, which is not declared",
    ),
    "a monitor that doesn't remind": (
        TO_DATADOG,
        monitor(renotify=0),
        "reminds every 0 s, but the product file says 15 min",
    ),
    "a reminder to others": (TO_DATADOG, monitor(escalation="@team@tikit.app"), "doesn't notify PagerDuty tikit"),
    "missing data that nobody hears of": (
        TO_DATADOG,
        monitor(message=f"{{{{#is_alert}}}}{ALL}{{{{/is_alert}}}}", missing="show_and_notify_no_data"),
        "notifies nobody when its data stop",
    ),
    "a monitor that is gone": (
        TO_DATADOG,
        lambda stack: replace(stack, datadog=replace(stack.datadog, monitors=without(stack.datadog.monitors, PAGE))),
        "has no monitor",
    ),
    "a service that nothing declares at Sentry": (
        TO_SENTRY,
        lambda stack: replace(stack, services={}),
        "ends at the PagerDuty service fairtradeworker, which isn't declared in Sentry",
    ),
    "an alert without actions": (
        TO_SENTRY,
        lambda stack: replace(
            stack,
            sentry=replace(
                stack.sentry,
                alerts=one(stack.sentry.alerts, "fair-trade-worker-payment-error", receivers=frozenset()),
            ),
        ),
        "notifies nobody",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_route_that_is_broken_on_purpose_is_noticed(prod, everything, name):
    where, spoil, said = BROKEN[name]
    broken = route(spoil(prod), everything, *where)
    assert any(said in problem for problem in broken.problems), broken.problems
    assert not route(prod, everything, *where).problems


def test_the_command_fails_and_names_what_is_broken(prod, everything, monkeypatch, capsys):
    monkeypatch.setattr(command, "read", lambda *_: contact(POINT)(prod))
    assert command.main(["routes", "--stack", "prod", "--product", "a-lo-cubano"]) == 1
    printed = capsys.readouterr()
    assert "error: a-lo-cubano, alert 'high-error-rate' (prod, Grafana, High): ends at the contact" in printed.err
    assert "\tHigh\tGrafana\tnobody\t" in printed.out


def test_a_pipe_gets_a_line_per_receiver_and_nothing_else(prod, monkeypatch, capsys):
    monkeypatch.setattr(command, "read", lambda *_: prod)
    assert command.main(["routes", "--stack", "prod", "--product", "tikit"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert len({line.count("\t") for line in (head, *lines)}) == 1
    assert {line.split("\t")[2] for line in lines} == {"tikit"}
    assert any("P0 Critical\tDatadog\tPagerDuty tikit\t@pagerduty-tikit\t" in line for line in lines)


def test_a_terminal_gets_columns_and_what_they_mean(prod, everything):
    shown = list(table.aligned(together(routes(prod, everything["prod"][:1]))))
    assert shown[0] == "a-lo-cubano in production"
    at = shown[1].index("TOLD")
    assert any(line[at:].startswith("PagerDuty a-lo-cubano") for line in shown)
    assert shown[-2].startswith("WHEN NOBODY ANSWERS")


def test_an_unknown_product_and_what_can_t_be_read_end_in_one_line(prod, monkeypatch):
    monkeypatch.setattr(command, "read", lambda *_: prod)
    with pytest.raises(SystemExit, match="there is no product 'tiki' here"):
        command.main(["routes", "--stack", "prod", "--product", "tiki"])

    def unread(*_):
        raise UnplayableError("x is paused: it never fires")

    monkeypatch.setattr(command, "read", unread)
    with pytest.raises(SystemExit, match="the routes of prod can't be read: x is paused"):
        command.main(["routes", "--stack", "prod"])


def test_only_alerts_with_the_same_route_stand_together():
    first = Route("prod", "production", "shop", "P0", "Grafana", ("a",), lag=(30, 90))
    found = together([first, replace(first, alerts=("b",)), replace(first, alerts=("c",), lag=(30, 150))])
    assert [each.alerts for each in found] == [("a", "b"), ("c",)]


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (90, "1 min 30 s"), (3600, "1 h"), (86400, "1 d")])
def test_lengths_of_time_are_said_in_their_own_units(seconds, said):
    assert lasting(seconds) == said


def test_a_heartbeat_goes_to_its_switch_by_each_vendor(prod):
    made = Recorded(Scope(product(heartbeat=BEAT, alerts=ON_CHECKS, dashboards=(), objectives=()), PRODUCTION))
    known = replace(made.grafana, receivers={"tiny-heartbeat": ("tiny-grafana-webhook-deadman",)})
    stack = replace(prod, grafana=known, datadog=made.datadog, channels=made.datadog.channels)
    found = {each.vendor: each for each in routes(stack, [made.scope]) if each.severity == "heartbeat"}
    assert [(each.receiver, each.through) for each in found["Datadog"].told] == [
        ("Webhook deadman", "@webhook-tiny-heartbeat")
    ]
    assert [each.through for each in found["Grafana"].told] == ["contact point tiny-heartbeat: webhook"]
    assert (found["Datadog"].again, found["Grafana"].again) == ("every 1 h", "every 5 min")
    assert not [problem for each in found.values() for problem in each.problems]
    for broken in (replace(stack, channels=frozenset()), replace(stack, grafana=replace(known, receivers={}))):
        assert [each for each in routes(broken, [made.scope]) if each.severity == "heartbeat" and each.problems]
