"""Receivers as Grafana contact points: one per group of receivers, as a rule names exactly one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_never

from pulumiverse_grafana import alerting

from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vendors import Way
from components.vocabulary.alerts import Alert
from components.vocabulary.people import AnyReceiver, Email, PagerDuty, Receiver, Slack, Webhook, known_receiver

PAGERDUTY_SEVERITIES = {1: "critical", 2: "error", 3: "warning", 4: "warning", 5: "info"}
TITLE = '{{ if eq .Status "firing" }}Firing{{ else }}Resolved{{ end }}: {{ .CommonLabels.alertname }}'
TEXT = (
    "{{ range .Alerts.Firing }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n"
    "Runbook: {{ .Annotations.runbook_url }}\n"
    "{{ with .Annotations.dashboard_url }}Dashboard: {{ $.ExternalURL }}{{ . }}\n{{ end }}{{ end }}"
    "{{ range .Alerts.Resolved }}Resolved: {{ .Annotations.summary }}\n{{ end }}"
)


def way(receiver: AnyReceiver) -> Way:
    """Contact points are each product's own. Slack is reached through a webhook, whose address is a secret."""
    match receiver:
        case PagerDuty() | Slack() | Webhook():
            return Way(secret=True)
        case Email():
            return Way()
        case _:
            assert_never(receiver)


def name(scope: Scope, alert: Alert, *, escalated: bool = False) -> str:
    """The contact point an alert notifies: its severity's, or its own when it tells somebody beside them."""
    return scope.slug(_suffix(alert, escalated=escalated))


def declare_contact_points(component: VendorMonitoring, alerts: Iterable[Alert]) -> dict[str, alerting.ContactPoint]:
    """Create one for each group of receivers that the alerts have, and for those told later; by name."""
    scope = component.scope
    made: dict[str, alerting.ContactPoint] = {}
    for alert in alerts:
        groups = [(False, scope.told(alert)), (True, scope.escalated(alert.severity))]
        for escalated, told in groups:
            title = name(scope, alert, escalated=escalated)
            if told and title not in made:
                logical = f"contact-{_suffix(alert, escalated=escalated)}"
                contact = _contact_point(component, alert, told, title, logical)
                made[title] = component.answer(alert.severity.rows, contact)
    return made


def _suffix(alert: Alert, *, escalated: bool) -> str:
    severity = alert.severity.name.lower()
    if escalated:
        return f"{severity}-late"
    return alert.name if alert.tell else severity


def _contact_point(
    component: VendorMonitoring, alert: Alert, told: Sequence[Receiver], title: str, logical: str
) -> alerting.ContactPoint:
    scope = component.scope
    ways: dict[str, Any] = {"slacks": [], "emails": [], "pagerduties": [], "webhooks": []}
    for receiver in told:
        kind, settings = _settings(component, alert, receiver)
        ways.setdefault(kind, []).append(settings)
    return alerting.ContactPoint(scope.logical(logical), name=title, **ways, opts=component.child(used=True))


def _settings(component: VendorMonitoring, alert: Alert, receiver: Receiver) -> tuple[str, Any]:
    """The argument that a contact point has for this kind of receiver, and what stands in it."""
    known = known_receiver(receiver)
    secret = component.scope.secret("grafana", receiver)
    match known:
        case Slack():
            return "slacks", alerting.ContactPointSlackArgs(url=component.secrets[secret], title=TITLE, text=TEXT)
        case Email(address):
            return "emails", alerting.ContactPointEmailArgs(
                addresses=[address], single_email=True, subject=TITLE, message=TEXT
            )
        case PagerDuty():
            return "pagerduties", alerting.ContactPointPagerdutyArgs(
                integration_key=component.secrets[secret],
                severity=PAGERDUTY_SEVERITIES[alert.severity.urgency],
                summary=TITLE,
            )
        case Webhook():
            return "webhooks", alerting.ContactPointWebhookArgs(url=component.secrets[secret])
        case _:
            assert_never(known)
