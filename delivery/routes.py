"""The route of each alert: who is told, through what, how fast, what follows; and where it differs from the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from components.grafana.uids import uid
from components.scope import Scope
from components.vendors import VENDORS, alerts_here, heartbeats
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import CheckFails
from components.vocabulary.people import Receiver
from components.vocabulary.renames import identity
from delivery.ends import End, Stack, ends, token
from proof.datadog.messages import REMINDED_FOR, receivers
from proof.datadog.monitors import Monitor
from proof.grafana.rules import Rule

MINUTE, HOUR, DAY = 60, 3600, 86400
NOTHING, HEARTBEAT = "nothing", "heartbeat"
ALERTING, REMINDING = frozenset({"is_alert"}), frozenset({"is_alert", "is_renotify"})
SILENT = frozenset({"is_no_data"})


@dataclass(frozen=True)
class Route:
    """How an alert is delivered. `lag`: seconds from when its condition holds to the first message, at least and most.

    `again` and `unanswered` are for a person; `problems` say where it ends at nobody, or not where the words say.
    """

    stack: str
    environment: str
    product: str
    severity: str
    vendor: str
    alerts: tuple[str, ...]
    told: tuple[End, ...] = ()
    lag: tuple[int, int] = (0, 0)
    again: str = "never"
    unanswered: str = NOTHING
    problems: tuple[str, ...] = ()


def routes(stack: Stack, scopes: Sequence[Scope]) -> list[Route]:
    """The route of each alert that a stack declares: by product, the worst first."""
    found = []
    for scope in scopes:
        alerts = [(vendor, alert) for vendor in VENDORS for alert in alerts_here(scope, vendor)]
        alerts.sort(key=lambda each: each[1].severity.urgency)
        found += [ROUTED[vendor](stack, scope, alert) for vendor, alert in alerts]
        found += [_heartbeat(stack, scope, vendor) for vendor in heartbeats(scope)]
    return found


def together(found: Sequence[Route]) -> list[Route]:
    """One route for the alerts of a severity that have the same one, by the names of all of them."""
    groups: dict[Route, tuple[str, ...]] = {}
    for each in found:
        same = replace(each, alerts=())
        groups[same] = groups.get(same, ()) + each.alerts
    return [replace(each, alerts=names) for each, names in groups.items()]


def _route(stack: Stack, scope: Scope, alert: Alert, vendor: str) -> Route:
    where = (stack.name, scope.environment.name, scope.product.name, str(alert.severity))
    return Route(*where, VENDORS[vendor].title, (alert.name,))


def _missing(route: Route, what: str) -> Route:
    return replace(route, problems=(f"has no {what}, so nobody is ever notified.",))


def at_grafana(stack: Stack, scope: Scope, alert: Alert) -> Route:
    """Of a rule: its contact point, and the second rule that tells others later."""
    route, declared, severity = _route(stack, scope, alert, "grafana"), stack.grafana, alert.severity
    rule = declared.rules.get(uid(scope, identity(alert)))
    late = declared.rules.get(uid(scope, f"{identity(alert)}-late"))
    if rule is None:
        return _missing(route, "rule")
    told, problems = _of_contact_point(stack, scope, rule, scope.told(alert))
    again = rule.routing.repeat
    expected = severity.remind_every.seconds if severity.remind_every else DAY
    if again != expected:
        problems += (f"is sent again every {lasting(again)}, but the product file says {lasting(expected)}.",)
    after = NOTHING
    if late:
        others, missing = _of_contact_point(stack, scope, late, scope.escalated(severity))
        problems += missing
        after = _later(severity.escalate_after.seconds if severity.escalate_after else 0, others)
    elif severity.escalate_after:
        problems += (f"has no rule that notifies {_named(scope.escalated(severity))} when it lasts.",)
    begins, ends_ = _rounds(scope, alert)
    return replace(
        route,
        told=told,
        lag=(begins + rule.routing.wait, ends_ + rule.every + rule.lasting + rule.routing.wait),
        again=f"every {lasting(again)}, at most {lasting(rule.routing.interval)} late",
        unanswered=after,
        problems=problems,
    )


def _of_contact_point(
    stack: Stack, scope: Scope, rule: Rule, expected: Sequence[Receiver]
) -> tuple[tuple[End, ...], tuple[str, ...]]:
    name = rule.routing.contact_point
    found = stack.grafana.receivers.get(name)
    if found is None:
        return (), (f"names the contact point {name}, which isn't declared.",)
    tokens = frozenset(each for each in found if each)
    if not tokens:
        return (), (f"ends at the contact point {name}, which has no address.",)
    return ends(scope, "grafana", tokens, f"contact point {name}"), _differing(scope, "grafana", tokens, expected)


def at_datadog(stack: Stack, scope: Scope, alert: Alert) -> Route:
    """Of a monitor: the handles in its message, and those in its reminder."""
    route, severity = _route(stack, scope, alert, "datadog"), alert.severity
    monitor = stack.datadog.monitors.get(scope.logical(alert.name))
    if monitor is None:
        return _missing(route, "monitor")
    tokens = receivers(monitor.message, ALERTING)
    problems = [*_differing(scope, "datadog", tokens, scope.told(alert)), *_nobody(stack, tokens)]
    if (monitor.no_data_after or monitor.missing == "show_and_notify_no_data") and not receivers(
        monitor.message, SILENT
    ):
        problems.append("notifies nobody when its data stop, although it should.")
    again = "never"
    later: tuple[End, ...] = ()
    expected = severity.remind_every or severity.escalate_after
    if monitor.renotify != (expected.seconds if expected else 0):
        said = lasting(expected.seconds) if expected else "never"
        problems.append(f"reminds every {lasting(monitor.renotify)}, but the product file says {said}.")
    if monitor.renotify:
        again = f"every {lasting(monitor.renotify)}{_until(monitor)}"
        reminded = receivers(monitor.escalation, REMINDING)
        problems += [*_nobody(stack, reminded)]
        problems += _differing(scope, "datadog", reminded, (*scope.told(alert), *scope.escalated(severity)))
        later = ends(scope, "datadog", reminded - tokens)
    elif severity.escalate_after:
        problems.append(f"doesn't notify {_named(scope.escalated(severity))} when it lasts.")
    return replace(
        route,
        told=ends(scope, "datadog", tokens),
        lag=_evaluated(stack, monitor),
        again=again,
        unanswered=_later(monitor.renotify, later) if later else NOTHING,
        problems=tuple(dict.fromkeys(problems)),
    )


def _until(monitor: Monitor) -> str:
    times = monitor.renotify_times
    return f", {times} times" if times is not None else f", perhaps for {REMINDED_FOR // HOUR} h only"


def _evaluated(stack: Stack, monitor: Monitor) -> tuple[int, int]:
    """A composite is evaluated after its parts, and needs all of them."""
    parts = stack.datadog.parts(monitor)
    delay = max(each.delay for each in (parts or (monitor,)))
    slowest = max(each.every + each.delay for each in (parts or (monitor,)))
    return delay, slowest + (monitor.every if parts else 0)


def _nobody(stack: Stack, tokens: frozenset[str]) -> Iterator[str]:
    """Handles that Datadog delivers to nobody: neither an address, nor declared."""
    for handle in sorted(tokens):
        if handle.count("@") == 1 and handle not in stack.channels:
            yield f"ends at {handle}, which is not declared as a channel or service: Datadog drops it."


def at_sentry(stack: Stack, scope: Scope, alert: Alert) -> Route:
    """Of an alert: its actions. Sentry tells at once or not at all, and knows no reminder."""
    route = _route(stack, scope, alert, "sentry")
    found = stack.sentry.alerts.get(scope.logical(alert.name))
    if found is None:
        return _missing(route, "alert")
    tokens, problems = set(), []
    for each in sorted(found.receivers):
        kind, *names = each.split()
        if kind == "pagerduty" and stack.services.get(names[1]) != names[0]:
            problems.append(f"ends at the PagerDuty service {names[0]}, which isn't declared in Sentry.")
        tokens.add(f"pagerduty {names[0]}" if kind == "pagerduty" else each)
    told = frozenset(tokens)
    problems += _differing(scope, "sentry", told, scope.told(alert))
    watched = [stack.sentry.monitors[each].every for each in found.monitors if each in stack.sentry.monitors]
    counted = MINUTE if any(kind == "eventFrequencyCount" for kind, _ in found.conditions) else 0
    return replace(
        route,
        told=ends(scope, "sentry", told),
        lag=(0, max([counted, *watched])),
        again=f"with later events, at most every {lasting(found.frequency)}" if found.frequency else "never",
        unanswered=f"{NOTHING}: Sentry doesn't escalate" if alert.severity.escalated else NOTHING,
        problems=tuple(problems),
    )


def _heartbeat(stack: Stack, scope: Scope, vendor: str) -> Route:
    """Of a sign of life: the switch outside that it is told to. How it beats is played in proof/heartbeats.py."""
    assert scope.product.heartbeat is not None
    switch = str(scope.product.heartbeat.tell)
    where = (stack.name, scope.environment.name, scope.product.name, HEARTBEAT)
    route = Route(*where, VENDORS[vendor].title, ("heartbeat",), unanswered="the switch alerts when the calls stop")
    if vendor == "grafana":
        rule = stack.grafana.rules[uid(scope, "heartbeat")]
        told, problems = _of_contact_point(stack, scope, rule, (scope.product.heartbeat.tell,))
        again = f"every {lasting(rule.routing.repeat + rule.routing.interval)}"
        wait = rule.routing.wait
        return replace(route, told=told, lag=(wait, wait + rule.every), again=again, problems=problems)
    monitor = stack.datadog.monitors[scope.logical("heartbeat")]
    handle = f"@webhook-{scope.slug('heartbeat')}"
    tokens = receivers(monitor.message, ALERTING)
    problems = tuple(_nobody(stack, tokens)) if handle in tokens else ("notifies nobody.",)
    return replace(route, told=(End(switch, handle),), lag=(0, HOUR), again="every 1 h", problems=problems)


ROUTED = {"datadog": at_datadog, "grafana": at_grafana, "sentry": at_sentry}


def _rounds(scope: Scope, alert: Alert) -> tuple[int, int]:
    """What passes until a check has failed often enough, from when what it probes fails."""
    when = alert.when
    if not isinstance(when, CheckFails):
        return 0, 0
    every, rounds = scope.interval(when.check).seconds, scope.rounds(when)
    return (rounds - 1) * every, rounds * every


def _differing(scope: Scope, vendor: str, found: frozenset[str], expected: Sequence[Receiver]) -> tuple[str, ...]:
    """Who is told and isn't to be, and the other way round."""
    if not found:
        return ("notifies nobody.",)
    wanted = {token(scope, vendor, each): each for each in expected}
    missing = [f"doesn't notify {wanted[each]}, but the product file does." for each in sorted(wanted.keys() - found)]
    strange = ends(scope, vendor, found - wanted.keys())
    return (*missing, *(f"notifies {each.receiver}, but the product file doesn't." for each in strange))


def _later(after: int, others: Sequence[End]) -> str:
    return f"after {lasting(after)}: {', '.join(f'{each.receiver} ({each.through})' for each in others) or 'nobody'}"


def _named(receivers: Sequence[Receiver]) -> str:
    return ", ".join(map(str, receivers))


def lasting(seconds: int) -> str:
    """`30 s`, `15 min`, `6 min 30 s`, `1 d`."""
    left, parts = seconds, []
    for length, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s")):
        many, left = divmod(left, length)
        parts += [f"{many} {unit}"] if many else []
    return " ".join(parts) or "0 s"
