"""Datadog, as far as this project declares it: types, ids, computed outputs."""

from __future__ import annotations

from sandbox.vendors import datadog_monitor, ids
from sandbox.vendors import datadog_rules as rules
from sandbox.vendors.diff import json_text, number, tags, trimmed, unordered
from sandbox.vendors.model import Made, ResourceType, Vendor, by_property

MONITOR = datadog_monitor.MONITOR
SLO = datadog_monitor.SLO
DASHBOARD_JSON = "datadog:index/dashboardJson:DashboardJson"
LOGS_INDEX = "datadog:index/logsIndex:LogsIndex"
LOGS_METRIC = "datadog:index/logsMetric:LogsMetric"
METRIC_TAGS = "datadog:index/metricTagConfiguration:MetricTagConfiguration"
METRIC_METADATA = "datadog:index/metricMetadata:MetricMetadata"
DOWNTIME = "datadog:index/downtimeSchedule:DowntimeSchedule"
NOTIFICATION_RULE = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
STATUS_PAGE = rules.STATUS_PAGE
STATUS_COMPONENT = rules.STATUS_COMPONENT
INCIDENT_TYPE = rules.INCIDENT_TYPE
POSTMORTEM_TEMPLATE = "datadog:index/incidentPostmortemTemplate:IncidentPostmortemTemplate"
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
        rules=(*datadog_monitor.RULES, rules.tags_are_short),
        account_rules=datadog_monitor.ACCOUNT_RULES,
        delete_rules=(datadog_monitor.nothing_uses_it,),
    ),
    SLO: ResourceType(
        required=("name", "thresholds", "type"),
        optional=(
            "description", "forceDelete", "groups", "ignoreTagKeys", "monitorIds", "query", "sliSpecification", "tags",
            "targetThreshold", "timeframe", "validate", "warningThreshold",
        ),
        identify=ids.hex32,
        replace_on=frozenset({"type"}),
        rules=rules.SLO_RULES,
        account_rules=(rules.monitors_exist,),
    ),
    DASHBOARD_JSON: ResourceType(
        required=("dashboard",),
        optional=("dashboardLists", "url"),
        identify=ids.three_words,
        outputs={"url": lambda made: f"/dashboard/{made.id}"},
        rules=(rules.dashboard_is_complete,),
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
        rules=rules.LOGS_INDEX_RULES,
    ),
    LOGS_METRIC: ResourceType(
        required=("compute", "filter", "name"),
        optional=("groupBies",),
        identify=by_property("name"),
        replace_on=frozenset({"name", "compute"}),
        unique=(("name",),),
        rules=rules.LOGS_METRIC_RULES,
    ),
    METRIC_TAGS: ResourceType(
        required=("metricName", "metricType", "tags"),
        optional=("aggregations", "excludeTagsMode", "includePercentiles"),
        identify=by_property("metricName"),
        replace_on=frozenset({"metricName", "metricType"}),
        unique=(("metricName",),),
        rules=rules.METRIC_TAGS_RULES,
    ),
    METRIC_METADATA: ResourceType(
        required=("metric",),
        optional=("description", "perUnit", "shortName", "statsdInterval", "type", "unit"),
        identify=by_property("metric"),
        replace_on=frozenset({"metric"}),
        unique=(("metric",),),
    ),
    DOWNTIME: ResourceType(
        required=("monitorIdentifier", "scope"),
        optional=(
            "displayTimezone", "message", "muteFirstRecoveryNotification", "notifyEndStates",
            "notifyEndTypes", "oneTimeSchedule", "recurringSchedule",
        ),
        identify=ids.uuid4,
        outputs={"displayTimezone": lambda _made: "UTC"},
        rules=rules.DOWNTIME_RULES,
        account_rules=(rules.downtime_monitor_exists,),
    ),
    NOTIFICATION_RULE: ResourceType(
        required=("filter", "name"),
        optional=("bundleConfig", "conditionalRecipients", "recipients"),
        identify=ids.uuid4,
        rules=rules.NOTIFICATION_RULES,
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
        rules=rules.STATUS_PAGE_RULES,
    ),
    STATUS_COMPONENT: ResourceType(
        required=("name", "pageId", "position", "type"),
        optional=("components",),
        identify=ids.uuid4,
        outputs={"status": lambda _made: "operational", "createdAt": _created, "modifiedAt": _created},
        replace_on=frozenset({"pageId"}),
        rules=rules.STATUS_COMPONENT_RULES,
        account_rules=(rules.page_exists,),
    ),
    INCIDENT_TYPE: ResourceType(
        required=("name",),
        optional=("configuration", "description", "isDefault"),
        identify=ids.uuid4,
        unique=(("name",),),
    ),
    POSTMORTEM_TEMPLATE: ResourceType(
        required=("incidentType", "name"),
        optional=("confluencePostmortemSettings", "content", "googleDocsPostmortemSettings", "isDefault", "location"),
        identify=ids.uuid4,
        outputs={"created": _created, "modified": _created, "lastModifiedByUser": lambda _made: ""},
        replace_on=frozenset({"incidentType"}),
        rules=rules.POSTMORTEM_RULES,
        account_rules=(rules.incident_type_exists,),
    ),
    SLACK_CHANNEL: ResourceType(
        required=("accountName", "channelName", "display"),
        optional=(),
        identify=lambda _token, inputs: f"{inputs['accountName']}:{inputs['channelName']}",
        replace_on=frozenset({"accountName", "channelName"}),
        unique=(("accountName", "channelName"),),
        rules=rules.SLACK_RULES,
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
        "dashboard": json_text,
        "renotifyStatuses": unordered,
        **dict.fromkeys(
            ("critical", "criticalRecovery", "ok", "priority", "unknown", "warning", "warningRecovery"), number
        ),
    },
)
