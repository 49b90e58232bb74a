"""The heartbeat at Datadog: a monitor that alerts anew every hour, told to a webhook of its own."""

from __future__ import annotations

from components.datadog.queries import metric_name, metric_scope
from components.datadog.sdk import datadog
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.heartbeat import Heartbeat
from components.vocabulary.metrics import Measured

# So many points of the hour make an alert: a few minutes of it, whether there is one per minute or per 5 minutes.
POINTS = 5
REMINDED_MINUTES = 10


def query(scope: Scope, metric: Measured) -> str:
    """Counts the hour's points, whatever they are, and begins anew with each hour.

    An alert that lasts is reminded of for 30 hours by one edition of Datadog's documentation (monitors/notify), so one
    that only reminded would stop. "A cumulative time window is reset after its maximum time span is reached":
    monitors/configuration. So every hour is a recovery, of which nobody is told, and an alert.
    """
    points = f"max:{metric_name(metric)}{{{metric_scope(scope, metric)}}}"
    return f"sum(current_1h):{points} * 0 + 1 > {POINTS}"


def declare_heartbeat(component: VendorMonitoring, heartbeat: Heartbeat) -> None:
    """Create the webhook and the monitor. It tells of the alert only: its end mustn't pass for a sign of life."""
    scope = component.scope
    assert heartbeat.of is not None, "limits.py refuses that"
    hook = datadog.Webhook(
        scope.logical("heartbeat-webhook"),
        name=scope.slug("heartbeat"),
        url=component.secrets[scope.secret("datadog", heartbeat.tell)],
        opts=component.child(used=True),
    )
    told = f"Datadog evaluates and delivers in {scope.environment.name}. @webhook-{scope.slug('heartbeat')}"
    labels = scope.labels() | {"service": scope.product.service, "managed-by": "pulumi", "role": "heartbeat"}
    monitor = datadog.Monitor(
        scope.logical("heartbeat"),
        name=scope.title("Heartbeat (always alerts)"),
        type="query alert",
        query=query(scope, heartbeat.of),
        message=f"{{{{#is_alert}}}}{told}{{{{/is_alert}}}}\n\n{scope.managed(heartbeat.rows)}",
        monitor_thresholds=datadog.MonitorMonitorThresholdsArgs(critical=str(POINTS)),
        scheduling_options=datadog.MonitorSchedulingOptionsArgs(
            evaluation_window=datadog.MonitorSchedulingOptionsEvaluationWindowArgs(hour_starts=0)
        ),
        on_missing_data="resolve",
        require_full_window=False,
        renotify_interval=REMINDED_MINUTES,
        renotify_statuses=["alert"],
        escalation_message=told,
        include_tags=False,
        # No alert's tag, by which maintenance is announced and dashboards list what fires.
        tags=sorted(f"{key}:{value}" for key, value in labels.items()),
        opts=component.child(depends_on=[hook]),
    )
    component.answer(heartbeat.rows, monitor)
