"""Alerts as Grafana-managed rules, each with its own receiver: the root notification policy is not ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pulumiverse_grafana import alerting, oss

from components.grafana import contact_points
from components.grafana.promql import label
from components.grafana.queries import Query, query
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import BudgetBurns
from components.vocabulary.dashboards import Standing
from components.vocabulary.product import Evaluator
from components.vocabulary.quantities import Duration, Unit
from components.vocabulary.thresholds import Threshold

EVALUATED_EVERY = 60
EXPRESSION = "__expr__"
SIGNS = {Unit.MILLISECONDS: " ms", Unit.PERCENT: " %"}
SHOWN = {Unit.RATIO: "humanizePercentage", Unit.SECONDS: "humanizeDuration", Unit.BYTES: "humanize1024"}


def declare_rules(
    component: VendorMonitoring,
    evaluator: Evaluator,
    folder: oss.Folder,
    contacts: Mapping[str, alerting.ContactPoint],
    mutes: Sequence[alerting.MuteTiming],
) -> None:
    """Create one group of rules for the alerts on checks, one for those on metrics and logs, in the order of names."""
    scope = component.scope
    alerts = sorted(scope.alerts_at(evaluator), key=lambda alert: alert.name)
    if not alerts:
        return
    rules: list[alerting.RuleGroupRuleArgs] = []
    for alert in alerts:
        rules.append(_rule(scope, alert, contacts, mutes))
        if alert.severity.escalate_after:
            rules.append(_rule(scope, alert, contacts, mutes, alert.severity.escalate_after))
    group = alerting.RuleGroup(
        scope.logical(f"rules-{evaluator}"),
        name=scope.title(evaluator),
        folder_uid=folder.uid,
        interval_seconds=EVALUATED_EVERY,
        rules=rules,
        opts=component.child(),
    )
    component.answer(" ".join(f"{alert.rows} {alert.severity.rows}" for alert in alerts), group)


def _rule(
    scope: Scope,
    alert: Alert,
    contacts: Mapping[str, alerting.ContactPoint],
    mutes: Sequence[alerting.MuteTiming],
    escalate_after: Duration | None = None,
) -> alerting.RuleGroupRuleArgs:
    """The rule of an alert, or the second one that tells others when it isn't over after some time.

    Grafana Alerting doesn't know whether somebody has acknowledged; lasting that long is what it can see.
    """
    made, severity = query(scope, alert.when), alert.severity
    lasting = sum(wait.seconds for wait in (made.lasting, escalate_after) if wait)
    late = f" It has lasted {escalate_after}." if escalate_after else ""
    told = scope.escalated(severity) if escalate_after else scope.told(alert)
    return alerting.RuleGroupRuleArgs(
        name=scope.title(alert.title + (" (escalated)" if escalate_after else "")),
        uid=rule_uid(scope, alert, escalated=bool(escalate_after)),
        condition="C",
        datas=_steps(scope, made),
        for_=f"{lasting}s",
        # Without traffic, and with a healthy system, there is no data; what must not be silent has its own alert.
        no_data_state="OK",
        # A data source that doesn't answer must not wake anybody; rules that wake nobody report it.
        exec_err_state="KeepLast" if any(receiver.wakes for receiver in told) else "Error",
        labels=scope.labels(severity) | {"managed_by": "pulumi"} | ({"escalated": "true"} if escalate_after else {}),
        annotations={
            "summary": f"{scope.summary(alert, lambda name: '{{ $labels.' + label(name) + ' }}')}{late}",
            "description": f"{_now(alert)}First: {alert.runbook} Condition: {alert.when.describe()}. "
            f"{severity}, answer within {severity.answer_within}. {scope.managed(alert.rows)}",
            "runbook_url": scope.runbook(alert),
        }
        | _dashboard(scope, alert),
        notification_settings=alerting.RuleGroupRuleNotificationSettingsArgs(
            contact_point=contacts[contact_points.name(scope, alert, escalated=bool(escalate_after))].name,
            group_bies=["alertname", "grafana_folder"],
            group_wait="30s",
            group_interval="5m",
            repeat_interval=f"{severity.remind_every.minutes}m" if severity.remind_every else "1d",
            mute_timings=[mute.name for mute in mutes] or None,
        ),
    )


def _now(alert: Alert) -> str:
    """What the signal is at the moment, in the template language of annotations."""
    if not isinstance(alert.when, Threshold):
        return ""
    unit = alert.when.signal.unit
    how, sign = SHOWN.get(unit, 'printf "%.4g"'), SIGNS.get(unit, "")
    return f"Now: {{{{ {how} $values.A.Value }}}}{sign}. "


def rule_uid(scope: Scope, alert: Alert, *, escalated: bool = False) -> str:
    """The rule's uid: unique in the organisation, stable across renames of titles."""
    return scope.slug(f"{alert.name}{'-late' if escalated else ''}")


def _dashboard(scope: Scope, alert: Alert) -> dict[str, str]:
    """The dashboard that draws what the alert watches, if one of this vendor does; messages put the host before it."""
    if scope.product.telemetry != "grafana":
        return {}
    for dashboard in scope.product.dashboards:
        drawn: list[object] = [signal.measure() for widget in dashboard.widgets for signal in widget.signals()]
        drawn += [widget.objective for widget in dashboard.widgets if isinstance(widget, Standing)]
        watched = (alert.when.objective,) if isinstance(alert.when, BudgetBurns) else alert.when.signals()
        if any(each in drawn for each in watched):
            return {"dashboard_url": f"d/{scope.slug(dashboard.name)}"}
    return {}


def _steps(scope: Scope, made: Query) -> list[alerting.RuleGroupRuleDataArgs]:
    environment = scope.environment
    source = environment.grafana_logs_datasource if made.logs else environment.grafana_metrics_datasource
    kind = {"queryType": "instant"} if made.logs else {"instant": True}
    queries = [_step(ref, source, made.over.seconds, {"expr": text} | kind) for ref, text in made.texts.items()]
    limit = float(made.limit)
    if len(made.texts) == 1:
        condition: dict[str, Any] = {"evaluator": {"type": made.compare, "params": [limit]}}
        if made.recovery is not None and made.recovery != made.limit:
            opposite = {"gt": "lt", "lt": "gt"}[made.compare]
            condition["unloadEvaluator"] = {"type": opposite, "params": [float(made.recovery)]}
        last = {"type": "threshold", "expression": "A", "conditions": [condition]}
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
