"""Datadog, as far as this project declares it: types, ids, computed outputs, look-ups."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.vendors import datadog_dashboard_rules, datadog_monitor, datadog_slo_rules, ids
from sandbox.vendors import datadog_rules as rules
from sandbox.vendors.datadog_facts import (
    CLIENT,
    DASHBOARD_JSON,
    DEGRADATION_TEMPLATE,
    DOWNTIME,
    INCIDENT_TYPE,
    LOGS_INDEX,
    LOGS_METRIC,
    METRIC_METADATA,
    METRIC_TAGS,
    MONITOR,
    NOTIFICATION_RULE,
    PAGERDUTY_SERVICE,
    POSTMORTEM_TEMPLATE,
    PROVIDER,
    SLACK_CHANNEL,
    SLO,
    STATUS_COMPONENT,
    STATUS_PAGE,
    WEBHOOK,
)
from sandbox.vendors.diff import json_text, never, number, parsed, tags, trimmed, unordered
from sandbox.vendors.model import Made, ResourceType, Vendor, by_property

if TYPE_CHECKING:
    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

# Times in a vendor's answer are fixed, so that one state is the same on every machine.
NOW = "2026-01-01T00:00:00Z"


def _created(_made: Made) -> str:
    return NOW


def _first_threshold(name: str, made: Made) -> Any:
    thresholds = made.inputs.get("thresholds") or [{}]
    return thresholds[0].get(name)


def _with_sorted_list(inputs: Inputs) -> Inputs:
    """Return a dashboard as the API keeps it: those to notify in alphabetical order."""
    model = parsed(inputs.get("dashboard"))
    if not isinstance(model, dict) or not isinstance(model.get("notify_list"), list):
        return dict(inputs)
    return {**inputs, "dashboard": json.dumps({**model, "notify_list": sorted(map(str, model["notify_list"]))})}


def _with_sorted_groups(inputs: Inputs) -> Inputs:
    """Return a metric from logs as the API keeps it: its groups in alphabetical order."""
    groups = inputs.get("groupBies")
    if not isinstance(groups, list):
        return dict(inputs)
    return {**inputs, "groupBies": sorted(groups, key=lambda group: json.dumps(group, sort_keys=True))}


def _aggregation(inputs: Inputs) -> object:
    """Return the part of a metric from logs that can't be changed in place."""
    compute = inputs.get("compute") or {}
    return compute.get("aggregationType"), compute.get("path")


def dashboard_text(text: object) -> object:
    """Compare a dashboard's JSON as the provider does: without regard to order in it, and of whom to notify."""
    return json_text(_with_sorted_list({"dashboard": text})["dashboard"])


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
        rules=(*datadog_monitor.RULES, *rules.TAG_RULES),
        account_rules=datadog_monitor.ACCOUNT_RULES,
        delete_rules=datadog_monitor.DELETE_RULES,
        answered=datadog_monitor.answered,
        seen_as={"type": datadog_monitor.one_type, "query": trimmed, "validate": never, "notifyBies": unordered},
    ),
    SLO: ResourceType(
        required=("name", "thresholds", "type"),
        optional=(
            "description", "forceDelete", "groups", "ignoreTagKeys", "monitorIds", "query", "sliSpecification", "tags",
            "targetThreshold", "timeframe", "validate", "warningThreshold",
        ),
        identify=ids.hex32,
        replace_on=frozenset({"type"}),
        outputs={
            "timeframe": lambda made: _first_threshold("timeframe", made),
            "targetThreshold": lambda made: _first_threshold("target", made),
            "warningThreshold": lambda made: _first_threshold("warning", made),
        },
        rules=(*datadog_slo_rules.RULES, *rules.TAG_RULES),
        account_rules=datadog_slo_rules.ACCOUNT_RULES,
        delete_rules=datadog_monitor.SLO_DELETE_RULES,
        seen_as={
            **dict.fromkeys(("description", "numerator", "denominator"), trimmed),
            **dict.fromkeys(("target", "targetThreshold", "warningThreshold"), number),
            **dict.fromkeys(("monitorIds", "groups"), unordered),
            "validate": never,
        },
    ),
    DASHBOARD_JSON: ResourceType(
        required=("dashboard",),
        optional=("dashboardLists", "url"),
        identify=ids.three_words,
        outputs={"url": lambda made: f"/dashboard/{made.id}"},
        rules=datadog_dashboard_rules.RULES,
        answered=_with_sorted_list,
    ),
    LOGS_INDEX: ResourceType(
        required=("filters", "name"),
        optional=(
            "dailyLimit", "dailyLimitReset", "dailyLimitWarningThresholdPercentage", "disableDailyLimit",
            "exclusionFilters", "flexRetentionDays", "retentionDays", "tags",
        ),
        identify=by_property("name"),
        replace_on=frozenset({"name"}),
        unique={("name",): f"{CLIENT}: api/datadogV1/api_logs_indexes.go, an index's name is its id"},
        rules=rules.LOGS_INDEX_RULES,
    ),
    LOGS_METRIC: ResourceType(
        required=("compute", "filter", "name"),
        optional=("groupBies",),
        identify=by_property("name"),
        replace_on=frozenset({"name"}),
        replaced_by={"compute": _aggregation},
        unique={("name",): f"{CLIENT}: api/datadogV2/api_logs_metrics.go, CreateLogsMetric answers 409"},
        answered=_with_sorted_groups,
        seen_as={"groupBies": unordered},
        rules=rules.LOGS_METRIC_RULES,
    ),
    METRIC_TAGS: ResourceType(
        required=("metricName", "metricType", "tags"),
        optional=("aggregations", "excludeTagsMode", "includePercentiles"),
        identify=by_property("metricName"),
        replace_on=frozenset({"metricName", "metricType"}),
        unique={("metricName",): f"{CLIENT}: api/datadogV2/api_metrics.go, CreateTagConfiguration answers 409"},
        rules=rules.METRIC_TAGS_RULES,
    ),
    METRIC_METADATA: ResourceType(
        required=("metric",),
        optional=("description", "perUnit", "shortName", "statsdInterval", "type", "unit"),
        identify=by_property("metric"),
        replace_on=frozenset({"metric"}),
        unique={("metric",): f"{PROVIDER}: datadog/resource_datadog_metric_metadata.go, a metric's name is its id"},
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
        account_rules=rules.DOWNTIME_ACCOUNT_RULES,
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
        unique={("domainPrefix",): f"{rules.PAGES}: globally unique"},
        rules=rules.STATUS_PAGE_RULES,
    ),
    STATUS_COMPONENT: ResourceType(
        required=("name", "pageId", "position", "type"),
        optional=("components",),
        identify=ids.uuid4,
        outputs={"status": lambda _made: "operational", "createdAt": _created, "modifiedAt": _created},
        replace_on=frozenset({"pageId"}),
        rules=rules.STATUS_COMPONENT_RULES,
        account_rules=rules.STATUS_COMPONENT_ACCOUNT_RULES,
    ),
    DEGRADATION_TEMPLATE: ResourceType(
        required=("name", "pageId"),
        optional=("componentsAffecteds", "degradationTitle", "updates"),
        identify=ids.uuid4,
        outputs={"createdAt": _created, "modifiedAt": _created},
        replace_on=frozenset({"pageId"}),
        rules=rules.DEGRADATION_RULES,
        account_rules=rules.DEGRADATION_ACCOUNT_RULES,
    ),
    INCIDENT_TYPE: ResourceType(
        required=("name",),
        optional=("configuration", "description", "isDefault"),
        identify=ids.uuid4,
    ),
    POSTMORTEM_TEMPLATE: ResourceType(
        required=("incidentType", "name"),
        optional=("confluencePostmortemSettings", "content", "googleDocsPostmortemSettings", "isDefault", "location"),
        identify=ids.uuid4,
        outputs={"created": _created, "modified": _created, "lastModifiedByUser": lambda _made: ""},
        replace_on=frozenset({"incidentType"}),
        rules=rules.POSTMORTEM_RULES,
        account_rules=rules.POSTMORTEM_ACCOUNT_RULES,
    ),
    SLACK_CHANNEL: ResourceType(
        required=("accountName", "channelName", "display"),
        optional=(),
        identify=lambda _token, inputs: f"{inputs['accountName']}:{inputs['channelName']}",
        replace_on=frozenset({"accountName", "channelName"}),
        unique={
            ("accountName", "channelName"): f"{PROVIDER}: resource_datadog_integration_slack_channel.go, the id"
        },
        rules=rules.SLACK_RULES,
    ),
    PAGERDUTY_SERVICE: ResourceType(
        required=("serviceKey", "serviceName"),
        optional=(),
        identify=by_property("serviceName"),
        secret=frozenset({"serviceKey"}),
        replace_on=frozenset({"serviceName"}),
        unique={("serviceName",): f"{PROVIDER}: resource_datadog_integration_pagerduty_service_object.go, the id"},
        rules=rules.PAGERDUTY_RULES,
    ),
    WEBHOOK: ResourceType(
        required=("name", "url"),
        optional=("customHeaders", "encodeAs", "payload"),
        identify=by_property("name"),
        unique={("name",): f"{PROVIDER}: datadog/fwprovider/resource_datadog_webhook.go, the id"},
        rules=rules.WEBHOOK_RULES,
    ),
}  # fmt: skip


def get_current_user(_inputs: Inputs, account: Account) -> Inputs:
    """Return the user whose application key this is, a service account, and the organisation that it belongs to."""
    return {
        "id": account.derived("user")[:32], "email": "", "handle": "sandbox", "name": "sandbox", "serviceAccount": True,
        "orgId": account.derived("org")[:32], "orgName": account.name, "orgPublicId": account.derived("org")[:9],
    }  # fmt: skip


VENDOR = Vendor(
    name="datadog",
    types=TYPES,
    schema="the schema of pulumi-datadog 5.17.0",
    lookups={"datadog:index/getCurrentUser:getCurrentUser": get_current_user},
    normalise={
        "tags": tags,
        "message": trimmed,
        "escalationMessage": trimmed,
        "dashboard": dashboard_text,
        "renotifyStatuses": unordered,
        **dict.fromkeys(
            ("critical", "criticalRecovery", "ok", "priority", "unknown", "warning", "warningRecovery"), number
        ),
    },
)
