"""Each vendor's own way to send a test. What is written beside a call was read there, not tried at a real vendor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from apis.access import opened
from apis.web import Web
from components.environment import Environment
from components.vocabulary.people import Email
from delivery.calls import Answer, ask
from delivery.targets import Target

# Sentry is said to take 10 test calls a minute; its own code, as far as it could be read, doesn't say.
PAGES = 100
GAPS = {"datadog": 1.0, "grafana": 1.0, "sentry": 6.5}
HINTS = {
    ("datadog", 401): "give DD_API_KEY and DD_APP_KEY of this organisation and site (DD_HOST)",
    ("datadog", 403): "give DD_API_KEY and DD_APP_KEY of this organisation and site (DD_HOST)",
    ("grafana", 401): "GRAFANA_AUTH isn't known there",
    ("grafana", 403): "the token needs alert.notifications.receivers:read and .receivers.test:create, as the role "
    "Editor has; permissions for provisioning aren't enough",
    ("grafana", 404): "grafana-stack isn't this Grafana's number, or Grafana is older than 13",
    ("sentry", 401): "an organisation's token (sntrys_) is refused by Sentry: use a personal token with alerts:write",
    ("sentry", 403): "the token needs alerts:write",
    ("sentry", 404): "sentry-organization isn't there, or in another region (SENTRY_BASE_URL)",
}


class Outcome(NamedTuple):
    """What became of a target's test: whether it was accepted, the HTTP status (0: none), and what was said."""

    target: Target
    good: bool
    status: int
    said: str


def text(target: Target) -> str:
    """What the person reads who gets it."""
    environment = target.scope.environment.name
    return (
        f"DRILL in {environment}: a test of delivery to {target.receiver}, sent by hand. Nothing is wrong; there is "
        "nothing to do but to resolve this where it opened an incident."
    )


def caller(vendor: str, variables: Mapping[str, str]) -> Web:
    """How to call a vendor. Raises WebError: why it can't be called."""
    return opened(vendor, variables, gap=GAPS[vendor])


def at_datadog(call: Web, environment: Environment, targets: Sequence[Target]) -> Iterator[Outcome]:
    """An event with the handle in its text: no call tests a monitor, its "Test Notifications" is a button only.

    "When you create an event in Datadog you can also use @ to notify users via the API or UI", Slack and PagerDuty
    among them: DataDog/documentation, developers/faq/what-do-notifications-do-in-datadog.md; incident_response/on-call/
    integrations does it with @oncall-. First whose organisation it is, as handles of another one page others.
    """
    answer = ask(call, "/api/v2/current_user")
    found = [_in(each, "attributes").get("name") for each in _list(answer, "included") if each.get("type") == "orgs"]
    for target in targets:
        if not answer.good:
            yield _failed(target, answer)
        elif found != [environment.datadog_organization]:
            whose = ", ".join(map(repr, found)) or "nobody's"
            why = f"nothing was sent: the keys open {whose}, not {environment.datadog_organization!r}"
            yield Outcome(target, good=False, status=answer.status, said=why)
        else:
            event = {
                "title": f"DRILL in {environment.name}: {target.receiver}",
                "text": f"{text(target)} {target.through}",
                "alert_type": "info",
                "tags": [f"env:{environment.name}", "drill:true"],
            }
            sent = ask(call, "/api/v1/events", event)
            yield (
                Outcome(target, good=True, status=sent.status, said="accepted") if sent.good else _failed(target, sent)
            )


def at_grafana(call: Web, environment: Environment, targets: Sequence[Target]) -> Iterator[Outcome]:
    """The test of a contact point's integration, with the secret that Grafana keeps (`secureFields`).

    grafana/grafana v13: docs/sources/upgrade-guide (the older receivers/test is removed),
    pkg/registry/apps/alerting/notifications/receiver (handler), pkg/tests/apis/alerting (permissions). It answers 200
    with `status: failure` when the receiver refused. The namespace names the stack, so another's token is refused.
    """
    path = f"/apis/notifications.alerting.grafana.app/v1beta1/namespaces/stacks-{environment.grafana_stack}/receivers"
    answer = ask(call, path)
    points = {_in(each, "spec").get("title"): each for each in _list(answer, "items")}
    for target in targets:
        if not answer.good:
            yield _failed(target, answer)
            continue
        point = points.get(target.through)
        integrations = [each for each in _integrations(point) if each.get("type") == target.kind]
        if point is None or not integrations:
            what = f"has no {target.kind}" if point else "isn't at Grafana"
            yield Outcome(
                target, good=False, status=answer.status, said=f"{target.through} {what}: apply the stack first"
            )
            continue
        labels = {"alertname": f"DRILL: {target.receiver}", "drill": "true", **target.scope.labels()}
        for integration in integrations:
            body = {"integration": integration, "alert": {"labels": labels, "annotations": {"summary": text(target)}}}
            sent = ask(call, f"{path}/{quote(str(_in(point, 'metadata').get('name')), safe='')}/test", body)
            status = sent.body.get("status") if isinstance(sent.body, dict) else None
            if sent.good and status == "success":
                yield Outcome(target, good=True, status=sent.status, said="the receiver took it")
            else:
                yield _failed(target, sent)


def at_sentry(call: Web, environment: Environment, targets: Sequence[Target]) -> Iterator[Outcome]:
    """The actions of the alerts that exist, fired at a sample event, without an alert firing.

    getsentry/sentry, workflow_engine/endpoints/organization_test_fire_action.py: undocumented, and "experimental". It
    sends Sentry's own sample issue, into which only a Slack message's notes can say that this is a drill.
    """
    organisation = quote(environment.sentry_organization, safe="")
    answer, alerts = _pages(call, f"/0/organizations/{organisation}/workflows/")
    for target in targets:
        team = ""
        if answer.good and isinstance(target.receiver, Email):
            # Mail goes to a team, of which an action has the number only.
            slug = target.receiver.team or target.scope.product.team
            found = ask(call, f"/0/teams/{organisation}/{quote(slug, safe='')}/")
            if not found.good:
                yield _failed(target, found)
                continue
            team = str(found.body.get("id")) if isinstance(found.body, dict) else ""
        if not answer.good:
            yield _failed(target, answer)
            continue
        alert = next((each for each in alerts if each.get("name") == target.through), None)
        actions = [each for each in _actions(alert) if _is(each, target, team)]
        if not actions:
            what = f"has no {target.kind} action for it" if alert else "isn't at Sentry"
            said = f"{target.through!r} {what}: apply the stack first"
            yield Outcome(target, good=False, status=answer.status, said=said)
            continue
        body = {"actions": [_fired(each, target) for each in actions], "projectSlug": _project(target)}
        sent = ask(call, f"/0/organizations/{organisation}/test-fire-actions/", body)
        yield Outcome(target, good=True, status=sent.status, said="sent") if sent.good else _failed(target, sent)


CALLS: Mapping[str, Callable[[Web, Environment, Sequence[Target]], Iterator[Outcome]]] = {
    "datadog": at_datadog,
    "grafana": at_grafana,
    "sentry": at_sentry,
}


def _failed(target: Target, answer: Answer) -> Outcome:
    hint = HINTS.get((target.vendor, answer.status), "")
    said = "; ".join(part for part in (hint, answer.said) if part)
    return Outcome(target, good=False, status=answer.status, said=said or "no reason was given")


def _list(answer: Answer, name: str = "") -> list[dict[str, Any]]:
    """The objects in an answer, or in one of its fields; none where it has another form."""
    body = answer.body.get(name) if name and isinstance(answer.body, dict) else answer.body
    return _objects(body)


def _pages(call: Web, path: str) -> tuple[Answer, list[dict[str, Any]]]:
    """All of a list that comes in pages, with the last answer."""
    answer = ask(call, path)
    found = _list(answer)
    for _ in range(PAGES):
        if not (answer.good and answer.after):
            return answer, found
        answer = ask(call, f"{path}?cursor={quote(answer.after, safe='')}")
        found += _list(answer)
    return Answer(0, said=f"the list goes on after {PAGES} pages"), []


def _in(found: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """An object in an object; an empty one where it has another form."""
    inner = (found or {}).get(name)
    return inner if isinstance(inner, dict) else {}


def _objects(found: object) -> list[dict[str, Any]]:
    """The objects in a list; none where it has another form."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _integrations(point: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return _objects(_in(point, "spec").get("integrations"))


def _actions(alert: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    for each in _objects((alert or {}).get("actionFilters")):
        yield from _objects(each.get("actions"))


def _is(action: Mapping[str, Any], target: Target, team: str) -> bool:
    """Whether an action tells a receiver: Slack and PagerDuty by what they are called, mail by its team's number."""
    config = _in(action, "config")
    if action.get("type") != target.kind:
        return False
    if target.kind == "email":
        return str(config.get("targetIdentifier")) == team
    return str(config.get("targetDisplay") or "").removeprefix("#") == target.receiver.name.removeprefix("#")


def _fired(action: Mapping[str, Any], target: Target) -> dict[str, Any]:
    data = _in(action, "data")
    if target.kind == "slack":
        data = {**data, "notes": text(target)}
    return {
        "type": action["type"],
        "integrationId": action.get("integrationId"),
        "config": _in(action, "config"),
        "data": data,
    }


def _project(target: Target) -> str:
    product = target.scope.product
    named = product.errors.project if product.errors and product.errors.project else product.name
    return f"{named}{target.scope.environment.suffix}"
