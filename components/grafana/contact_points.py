"""Receivers as Grafana contact points: one per group of receivers, as a rule names exactly one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pulumiverse_grafana import alerting

from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.people import Email, PagerDuty, Receiver, Slack, Webhook

PAGERDUTY_SEVERITIES = {1: "critical", 2: "error", 3: "warning", 4: "warning", 5: "info"}
TITLE = '{{ if eq .Status "firing" }}Firing{{ else }}Over{{ end }}: {{ .CommonLabels.alertname }}'
TEXT = (
    "{{ range .Alerts.Firing }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n"
    "Runbook: {{ .Annotations.runbook_url }}\n"
    "{{ with .Annotations.dashboard_url }}Dashboard: {{ $.ExternalURL }}{{ . }}\n{{ end }}{{ end }}"
    "{{ range .Alerts.Resolved }}Over: {{ .Annotations.summary }}\n{{ end }}"
)


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
    return alerting.ContactPoint(
        scope.logical(logical),
        name=title,
        slacks=[
            alerting.ContactPointSlackArgs(
                url=component.secrets[scope.secret("grafana", receiver)], title=TITLE, text=TEXT
            )
            for receiver in told
            if isinstance(receiver, Slack)
        ],
        emails=[
            alerting.ContactPointEmailArgs(addresses=[receiver.name], single_email=True, subject=TITLE, message=TEXT)
            for receiver in told
            if isinstance(receiver, Email)
        ],
        pagerduties=[
            alerting.ContactPointPagerdutyArgs(
                integration_key=component.secrets[scope.secret("grafana", receiver)],
                severity=PAGERDUTY_SEVERITIES[alert.severity.urgency],
                summary=TITLE,
            )
            for receiver in told
            if isinstance(receiver, PagerDuty)
        ],
        webhooks=[
            alerting.ContactPointWebhookArgs(url=component.secrets[scope.secret("grafana", receiver)])
            for receiver in told
            if isinstance(receiver, Webhook)
        ],
        opts=component.child(used=True),
    )
