"""The heartbeat at Grafana: a rule that always fires, to a contact point of its own, muted by nothing."""

from __future__ import annotations

from pulumiverse_grafana import alerting, oss

from components.grafana.rules import EVALUATED_EVERY, EXPRESSION, step
from components.grafana.uids import uid
from components.vendor import VendorMonitoring
from components.vocabulary.heartbeat import Heartbeat

NAME = "heartbeat"
SECONDS = 60  # what the query looks back on; a constant needs nothing, and Grafana a range


def declare_heartbeat(component: VendorMonitoring, heartbeat: Heartbeat, folder: oss.Folder) -> None:
    """Create both. Where the data source doesn't answer it ends, and its end isn't told: that is no sign of life."""
    scope = component.scope
    address = component.secrets[scope.secret("grafana", heartbeat.tell)]
    contact = alerting.ContactPoint(
        scope.logical(f"contact-{NAME}"),
        name=scope.slug(NAME),
        webhooks=[alerting.ContactPointWebhookArgs(url=address, disable_resolve_message=True)],
        opts=component.child(used=True),
    )
    above = {"evaluator": {"type": "gt", "params": [0]}}
    rule = alerting.RuleGroupRuleArgs(
        name=scope.title("Heartbeat (always fires)"),
        uid=uid(scope, NAME),
        condition="C",
        datas=[
            step("A", scope.environment.grafana_metrics_datasource, SECONDS, {"expr": "vector(1)", "instant": True}),
            step("C", EXPRESSION, 0, {"type": "threshold", "expression": "A", "conditions": [above]}),
        ],
        for_="0s",
        no_data_state="OK",
        exec_err_state="OK",
        labels=scope.labels() | {"managed_by": "pulumi"},
        annotations={
            "summary": f"Grafana evaluates and delivers in {scope.environment.name}.",
            "description": scope.managed(heartbeat.rows),
        },
        notification_settings=alerting.RuleGroupRuleNotificationSettingsArgs(
            contact_point=contact.name,
            group_bies=["alertname", "grafana_folder"],
            group_wait="30s",
            group_interval="1m",
            # Sent at the first flush after more than this: every 5 minutes.
            repeat_interval="4m",
        ),
    )
    group = alerting.RuleGroup(
        scope.logical(f"rule-{NAME}"),
        name=uid(scope, NAME),
        folder_uid=folder.uid,
        interval_seconds=EVALUATED_EVERY,
        rules=[rule],
        opts=component.child(),
    )
    component.answer(heartbeat.rows, group)
