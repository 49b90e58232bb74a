"""Datadog, as far as this project declares it: types, ids, computed outputs."""

from __future__ import annotations

from sandbox.vendors import ids
from sandbox.vendors.diff import number, parsed, tags, trimmed, unordered
from sandbox.vendors.model import Made, ResourceType, Vendor, by_property

MONITOR = "datadog:index/monitor:Monitor"
SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
DASHBOARD_JSON = "datadog:index/dashboardJson:DashboardJson"
LOGS_INDEX = "datadog:index/logsIndex:LogsIndex"
LOGS_METRIC = "datadog:index/logsMetric:LogsMetric"
METRIC_METADATA = "datadog:index/metricMetadata:MetricMetadata"
DOWNTIME = "datadog:index/downtimeSchedule:DowntimeSchedule"
NOTIFICATION_RULE = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
STATUS_PAGE = "datadog:index/statusPage:StatusPage"
STATUS_COMPONENT = "datadog:index/statusPageComponent:StatusPageComponent"
SLACK_CHANNEL = "datadog:slack/channel:Channel"
PAGERDUTY_SERVICE = "datadog:pagerduty/serviceObject:ServiceObject"

# Times in a vendor's answer are fixed, so that one state is the same on every machine.
NOW = "2026-01-01T00:00:00Z"


def _created(_made: Made) -> str:
    return NOW


TYPES = {
    MONITOR: ResourceType(
        required=("message", "name", "query", "type"),
        optional=(
            "assets", "draftStatus", "enableLogsSample", "enableSamples", "escalationMessage", "evaluationDelay",
            "forceDelete", "groupRetentionDuration", "groupbySimpleMonitor", "ignoreTagKeys", "includeTags",
            "monitorThresholdWindows", "monitorThresholds", "newGroupDelay", "newHostDelay", "noDataTimeframe",
            "notificationPresetName", "notifyAudit", "notifyBies", "notifyNoData", "onMissingData", "priority",
            "renotifyInterval", "renotifyOccurrences", "renotifyStatuses", "requireFullWindow", "restrictedRoles",
            "schedulingOptions", "tags", "timeoutH", "validate", "variables",
        ),
        identify=ids.numeric,
        replace_on=frozenset({"type"}),
    ),
    SLO: ResourceType(
        required=("name", "thresholds", "type"),
        optional=(
            "description", "forceDelete", "groups", "ignoreTagKeys", "monitorIds", "query", "sliSpecification", "tags",
            "targetThreshold", "timeframe", "validate", "warningThreshold",
        ),
        identify=ids.hex32,
        replace_on=frozenset({"type"}),
    ),
    DASHBOARD_JSON: ResourceType(
        required=("dashboard",),
        optional=("dashboardLists", "url"),
        identify=ids.three_words,
        outputs={"url": lambda made: f"/dashboard/{made.id}"},
    ),
    LOGS_INDEX: ResourceType(
        required=("filters", "name"),
        optional=(
            "dailyLimit", "dailyLimitReset", "dailyLimitWarningThresholdPercentage", "disableDailyLimit",
            "exclusionFilters", "flexRetentionDays", "retentionDays", "tags",
        ),
        identify=by_property("name"),
        replace_on=frozenset({"name"}),
        unique=(("name",),),
    ),
    LOGS_METRIC: ResourceType(
        required=("compute", "filter", "name"),
        optional=("groupBies",),
        identify=by_property("name"),
        replace_on=frozenset({"name", "compute"}),
        unique=(("name",),),
    ),
    METRIC_METADATA: ResourceType(
        required=("metric",),
        optional=("description", "perUnit", "shortName", "statsdInterval", "type", "unit"),
        identify=by_property("metric"),
        replace_on=frozenset({"metric"}),
        unique=(("metric",),),
    ),
    DOWNTIME: ResourceType(
        required=("scope",),
        optional=(
            "displayTimezone", "message", "monitorIdentifier", "muteFirstRecoveryNotification", "notifyEndStates",
            "notifyEndTypes", "oneTimeSchedule", "recurringSchedule",
        ),
        identify=ids.uuid4,
        outputs={"displayTimezone": lambda _made: "UTC"},
    ),
    NOTIFICATION_RULE: ResourceType(
        required=("name",),
        optional=("bundleConfig", "conditionalRecipients", "filter", "recipients"),
        identify=ids.uuid4,
    ),
    STATUS_PAGE: ResourceType(
        required=("domainPrefix", "name", "type", "visualizationType"),
        optional=(
            "companyLogo", "emailHeaderImage", "favicon", "slackAppIcon", "slackSubscriptionsEnabled",
            "subscriptionsEnabled",
        ),
        identify=ids.uuid4,
        outputs={
            "pageUrl": lambda made: f"https://{made.inputs['domainPrefix']}.statuspage.datadoghq.invalid",
            "enabled": lambda _made: False,
            "customDomain": lambda _made: "",
            "customDomainEnabled": lambda _made: False,
            "createdAt": _created,
            "modifiedAt": _created,
        },
        unique=(("domainPrefix",),),
    ),
    STATUS_COMPONENT: ResourceType(
        required=("name", "pageId", "position", "type"),
        optional=("components",),
        identify=ids.uuid4,
        outputs={"status": lambda _made: "operational", "createdAt": _created, "modifiedAt": _created},
        replace_on=frozenset({"pageId"}),
    ),
    SLACK_CHANNEL: ResourceType(
        required=("accountName", "channelName", "display"),
        optional=(),
        identify=lambda _token, inputs: f"{inputs['accountName']}:{inputs['channelName']}",
        replace_on=frozenset({"accountName", "channelName"}),
        unique=(("accountName", "channelName"),),
    ),
    PAGERDUTY_SERVICE: ResourceType(
        required=("serviceKey", "serviceName"),
        optional=(),
        identify=by_property("serviceName"),
        secret=frozenset({"serviceKey"}),
        replace_on=frozenset({"serviceName"}),
        unique=(("serviceName",),),
    ),
}  # fmt: skip

VENDOR = Vendor(
    name="datadog",
    types=TYPES,
    normalise={
        "tags": tags,
        "message": trimmed,
        "escalationMessage": trimmed,
        "dashboard": parsed,
        "renotifyStatuses": unordered,
        **dict.fromkeys(
            ("critical", "criticalRecovery", "ok", "priority", "unknown", "warning", "warningRecovery"), number
        ),
    },
)
