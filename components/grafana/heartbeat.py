"""The heartbeat at Grafana: a rule that always fires, to a contact point of its own, muted by nothing."""

from __future__ import annotations

import json

from pulumiverse_grafana import alerting, oss

from components.grafana.rules import EVALUATED_EVERY, EXPRESSION
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
    always = {"refId": "A", "expr": "vector(1)", "instant": True}
    above = {"evaluator": {"type": "gt", "params": [0]}}
    fires = {"refId": "C", "type": "threshold", "expression": "A", "conditions": [above]}
    steps = [(scope.environment.grafana_metrics_datasource, SECONDS, always), (EXPRESSION, 0, fires)]
    rule = alerting.RuleGroupRuleArgs(
        name=scope.title("Heartbeat (always fires)"),
        uid=uid(scope, NAME),
        condition="C",
        datas=[
            alerting.RuleGroupRuleDataArgs(
                ref_id=str(model["refId"]),
                datasource_uid=source,
                relative_time_range=alerting.RuleGroupRuleDataRelativeTimeRangeArgs(from_=seconds, to=0),
                model=json.dumps(model, sort_keys=True),
            )
            for source, seconds, model in steps
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
