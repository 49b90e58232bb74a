"""Receivers as Grafana contact points: one per group of receivers, as a rule names exactly one."""

from __future__ import annotations

from pulumiverse_grafana import alerting

from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.people import Email, PagerDuty, Slack

PAGERDUTY_SEVERITIES = {1: "critical", 2: "error", 3: "warning", 4: "warning", 5: "info"}
TITLE = '{{ if eq .Status "firing" }}Firing{{ else }}Over{{ end }}: {{ .CommonLabels.alertname }}'
TEXT = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n"
    "Runbook: {{ .Annotations.runbook_url }}\n{{ end }}"
)


def name(scope: Scope, alert: Alert) -> str:
    """The contact point an alert notifies: its severity's, or its own when it tells somebody beside them."""
    return scope.slug(alert.name if alert.tell else alert.severity.name.lower())


def declare_contact_points(component: VendorMonitoring) -> dict[str, alerting.ContactPoint]:
    """Create one for each group of receivers that an alert on checks has, by name."""
    scope = component.scope
    made: dict[str, alerting.ContactPoint] = {}
    for alert in scope.product.alerts_at("checks"):
        title = name(scope, alert)
        if title not in made:
            rows = alert.severity.rows
            suffix = alert.name if alert.tell else alert.severity.name.lower()
            made[title] = component.answer(rows, _contact_point(component, alert, title, f"contact-{suffix}"))
    return made


def _contact_point(component: VendorMonitoring, alert: Alert, title: str, logical: str) -> alerting.ContactPoint:
    scope = component.scope
    told = scope.told(alert)
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
        opts=component.child(),
    )
