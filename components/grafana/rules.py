"""Alerts on checks as Grafana-managed rules, each with its own receiver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumiverse_grafana import alerting, oss

from components.grafana import contact_points
from components.grafana.queries import Query, query
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert

EVALUATED_EVERY = 60
EXPRESSION = "__expr__"


def declare_rules(
    component: VendorMonitoring, folder: oss.Folder, contacts: Mapping[str, alerting.ContactPoint]
) -> None:
    """Create one group with a rule per alert, in the order of their names."""
    scope = component.scope
    alerts = sorted(scope.product.alerts_at("checks"), key=lambda alert: alert.name)
    group = alerting.RuleGroup(
        scope.logical("rules-checks"),
        name=scope.title("checks"),
        folder_uid=folder.uid,
        interval_seconds=EVALUATED_EVERY,
        rules=[_rule(scope, alert, contacts) for alert in alerts],
        opts=component.child(),
    )
    component.answer(" ".join(f"{alert.rows} {alert.severity.rows}" for alert in alerts), group)


def _rule(scope: Scope, alert: Alert, contacts: Mapping[str, alerting.ContactPoint]) -> alerting.RuleGroupRuleArgs:
    made = query(scope, alert.when)
    severity = alert.severity
    return alerting.RuleGroupRuleArgs(
        name=scope.title(alert.title),
        uid=scope.slug(alert.name),
        condition="C",
        datas=_steps(scope, made),
        for_="0s",
        no_data_state=made.no_data,
        # A data source that doesn't answer must not wake anybody; rules that wake nobody report it.
        exec_err_state="KeepLast" if severity.wakes else "Error",
        labels=scope.labels(severity) | {"managed_by": "pulumi"},
        annotations={
            "summary": f"{scope.summary(alert, lambda name: '{{ $labels.' + name + ' }}')}.",
            "description": f"First: {alert.runbook} Condition: {alert.when.describe()}. "
            f"{severity}, answer within {severity.answer_within}. {scope.managed(alert.rows)}",
            "runbook_url": scope.runbook(alert),
        },
        notification_settings=alerting.RuleGroupRuleNotificationSettingsArgs(
            contact_point=contacts[contact_points.name(scope, alert)].name,
            group_bies=["alertname", "grafana_folder"],
            group_wait="30s",
            group_interval="5m",
            repeat_interval=f"{severity.remind_every.minutes}m" if severity.remind_every else "1d",
        ),
    )


def _steps(scope: Scope, made: Query) -> list[alerting.RuleGroupRuleDataArgs]:
    queries = [
        _step(ref, scope.environment.grafana_metrics_datasource, made.seconds, {"expr": text, "instant": True})
        for ref, text in made.texts.items()
    ]
    limit = float(made.limit)
    if len(made.texts) == 1:
        evaluator = {"type": made.compare, "params": [limit]}
        last = {"type": "threshold", "expression": "A", "conditions": [{"evaluator": evaluator}]}
    else:
        sign = {"gt": ">", "lt": "<"}[made.compare]
        last = {"type": "math", "expression": " && ".join(f"${ref} {sign} {limit:g}" for ref in made.texts)}
    return [*queries, _step("C", EXPRESSION, 0, last)]


def _step(ref: str, datasource: str, seconds: int, model: dict[str, Any]) -> alerting.RuleGroupRuleDataArgs:
    return alerting.RuleGroupRuleDataArgs(
        ref_id=ref,
        datasource_uid=datasource,
        relative_time_range=alerting.RuleGroupRuleDataRelativeTimeRangeArgs(from_=seconds, to=0),
        model=json.dumps({"refId": ref} | model, sort_keys=True),
    )
