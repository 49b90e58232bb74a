"""Alerts as Grafana-managed rules, each with its own receiver: the root notification policy is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumiverse_grafana import alerting, oss

from components.grafana import receivers
from components.grafana.causes import query_of
from components.grafana.memory import MEMORY
from components.grafana.promql import label
from components.grafana.uids import uid
from components.grafana.verdicts import Query
from components.options import arguments, refused
from components.problems import Problem
from components.scope import Scope
from components.units import UNITS
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import Absence, BudgetBurns, CheckFails
from components.vocabulary.dashboards import Standing
from components.vocabulary.log_signals import LogCount
from components.vocabulary.people import Receiver
from components.vocabulary.quantities import Duration
from components.vocabulary.renames import identity
from components.vocabulary.thresholds import Threshold

EVALUATED_EVERY = 60
# What an option can't say, as the alert says it: what is asked, in which environment, who is told and of what.
DECIDED = frozenset({"annotations", "condition", "datas", "labels", "name", "notification_settings", "record", "uid"})
# Options by which no longer the query alone would decide whether an alert fires (docs/decisions.md).
HARMFUL = {
    "for_": (
        "fires although nothing is known, when the data source doesn't answer until it ends.",
        "lasting= of the threshold, or rounds= of a check",
    ),
    "keep_firing_for": (
        "ends the alert when the data source doesn't answer meanwhile (`resultKeepLast` in ngalert/state/state.go).",
        "clear= of the threshold, or a longer window",
    ),
    "no_data_state": ("would have no data end or start an alert.", "an alert on the Absence of the metric beside it"),
    "exec_err_state": (
        "would have a data source that fails end or start an alert.",
        "no option: alerts on silence tell of a data source that fails",
    ),
    "is_paused": ("could leave an alert that never fires.", "no option, or no alert"),
}
EXPRESSION = "__expr__"


def declare_rules(
    component: VendorMonitoring,
    alerts: Sequence[Alert],
    folder: oss.Folder,
    contacts: Mapping[str, alerting.ContactPoint],
    mutes: Sequence[alerting.MuteTiming],
) -> None:
    """Create a group for each alert: the rule and its escalation.

    A rule's place in its group is part of what Grafana knows it by (`schedule/registry.go`): in a common group, an
    alert that is inserted would end those behind it and have them fire again.
    """
    scope = component.scope
    for alert in alerts:
        late = alert.severity.escalate_after
        group = alerting.RuleGroup(
            scope.logical(f"rule-{alert.name}"),
            name=rule_uid(scope, alert),
            folder_uid=folder.uid,
            interval_seconds=EVALUATED_EVERY,
            rules=[_rule(scope, alert, contacts, mutes, after) for after in ((None, late) if late else (None,))],
            opts=component.child(),
        )
        component.answer_alert(alert, group)


def _rule(
    scope: Scope,
    alert: Alert,
    contacts: Mapping[str, alerting.ContactPoint],
    mutes: Sequence[alerting.MuteTiming],
    escalate_after: Duration | None,
) -> alerting.RuleGroupRuleArgs:
    """The rule of an alert, or the second one that tells others when it isn't over after some time.

    Grafana's rules don't know whether somebody has acknowledged; lasting that long is what they can see.
    """
    made, severity = query_of(scope, alert), alert.severity
    late = f" It has lasted {escalate_after}." if escalate_after else ""
    told = scope.escalated(severity) if escalate_after else scope.told(alert)
    arguments: dict[str, Any] = {
        "name": scope.title(alert.title + (" (escalated)" if escalate_after else "")),
        "uid": rule_uid(scope, alert, escalated=bool(escalate_after)),
        "condition": "C",
        "datas": _steps(scope, made, escalate_after),
        "for_": "0s",
        # Not knowing is neither trouble nor its end; what must not be silent has its own alert.
        "no_data_state": "KeepLast",
        "exec_err_state": "Error" if _reports_failures(alert, told) else "KeepLast",
        "labels": scope.labels(severity) | {"managed_by": "pulumi"} | ({"escalated": "true"} if escalate_after else {}),
        "annotations": {
            "summary": f"{scope.summary(alert, lambda name: '{{ $labels.' + label(name) + ' }}')}{late}",
            "description": f"{_now(alert, made)}First: {alert.runbook} Condition: {alert.when.describe()}."
            f"{scope.unless_caused(alert)}"
            f"{_from_one(scope, alert)}{_unless_known(alert)} "
            f"{severity}, answer within {severity.answer_within}. {scope.managed(alert.rows)}",
            "runbook_url": scope.runbook(alert),
        }
        | _dashboard(scope, alert),
        "notification_settings": alerting.RuleGroupRuleNotificationSettingsArgs(
            contact_point=contacts[receivers.name(scope, alert, escalated=bool(escalate_after))].name,
            group_bies=["alertname", "grafana_folder"],
            group_wait="30s",
            group_interval="5m",
            repeat_interval=f"{severity.remind_every.minutes}m" if severity.remind_every else "1d",
            mute_timings=[mute.name for mute in mutes] or None,
        ),
    }
    return alerting.RuleGroupRuleArgs(**{**arguments, **alert.grafana})


def options_refused(alert: Alert) -> Iterator[Problem]:
    """What Grafana's rules have no argument for, what the program decides, and what does harm."""
    return refused(alert, "grafana", lambda: arguments(alerting.RuleGroupRuleArgs.__init__), DECIDED, HARMFUL)


def _reports_failures(alert: Alert, told: Sequence[Receiver]) -> bool:
    """Whether a rule tells that its data source doesn't answer: those on silence do, unless they wake somebody.

    Of any other rule, Grafana would replace the alert by one on the data source, and so end it.
    """
    when = alert.when
    silence = isinstance(when, Absence) or (
        isinstance(when, Threshold) and isinstance(when.signal, LogCount) and when.sense == "below"
    )
    return silence and not any(receiver.wakes for receiver in told)


def _from_one(scope: Scope, alert: Alert) -> str:
    """What is asked here where a single location probes."""
    when = alert.when
    if not isinstance(when, CheckFails) or scope.rounds(when) == when.rounds:
        return ""
    return f" Only one location probes here, so {scope.rounds(when)} rounds."


def _unless_known(alert: Alert) -> str:
    """What happens to the alert when nothing is measured."""
    if isinstance(alert.when, Absence):
        return ""
    groups = alert.when.groups()
    some = f"; for {MEMORY} if others (by {', '.join(groups)}) still report" if groups else ""
    return f" Without data, its state doesn't change{some}."


def _now(alert: Alert, made: Query) -> str:
    """The signal's last value, in the template language of annotations; of log lines it isn't kept."""
    if not isinstance(alert.when, Threshold) or made.logs:
        return ""
    shown = UNITS[alert.when.signal.unit]
    return f"Now: {{{{ {shown.template} $values.{'A' if made.value == made.verdict else 'B'}.Value }}}}{shown.sign}. "


def rule_uid(scope: Scope, alert: Alert, *, escalated: bool = False) -> str:
    """The rule's uid: unique in the organisation, stable across renames of titles."""
    return uid(scope, f"{identity(alert)}{'-late' if escalated else ''}")


def _dashboard(scope: Scope, alert: Alert) -> dict[str, str]:
    """The dashboard that draws what the alert watches, if one of this vendor does; messages put the host before it."""
    if scope.product.telemetry != "grafana":
        return {}
    for dashboard in scope.product.dashboards:
        drawn: list[object] = [signal.measure() for widget in dashboard.widgets for signal in widget.signals()]
        drawn += [widget.objective for widget in dashboard.widgets if isinstance(widget, Standing)]
        watched = (alert.when.objective,) if isinstance(alert.when, BudgetBurns) else alert.when.signals()
        if any(each in drawn for each in watched):
            return {"dashboard_url": f"d/{uid(scope, identity(dashboard))}"}
    return {}


def _steps(scope: Scope, made: Query, escalate_after: Duration | None) -> list[alerting.RuleGroupRuleDataArgs]:
    """What decides (A), the last value where that is another one (B), how long it has fired (D); then the comparison.

    A query without an answer makes the whole rule one without data: B has one whenever A does, and when A has none
    an escalation is kept too.
    """
    environment = scope.environment
    source = environment.grafana_logs_datasource if made.logs else environment.grafana_metrics_datasource
    kind = {"queryType": "instant"} if made.logs else {"instant": True}
    texts = {"A": made.asked}
    if made.value and made.value != made.verdict:
        texts["B"] = made.value
    watched, compare, limit = "A", made.compare, made.limit
    if escalate_after:
        texts["D"], limit = made.escalated(escalate_after)
        watched, compare = "D", "gt"
    queries = [step(ref, source, made.over.seconds, {"expr": text} | kind) for ref, text in texts.items()]
    condition = {"evaluator": {"type": compare, "params": [float(limit)]}}
    return [
        *queries,
        step("C", EXPRESSION, 0, {"type": "threshold", "expression": watched, "conditions": [condition]}),
    ]


def step(ref: str, datasource: str, seconds: int, model: dict[str, Any]) -> alerting.RuleGroupRuleDataArgs:
    """A query or expression of a rule, which looks so many seconds back."""
    return alerting.RuleGroupRuleDataArgs(
        ref_id=ref,
        datasource_uid=datasource,
        relative_time_range=alerting.RuleGroupRuleDataRelativeTimeRangeArgs(from_=seconds, to=0),
        model=json.dumps({"refId": ref} | model, sort_keys=True),
    )
