"""Datadog's type tokens, and what several of its modules need."""

from __future__ import annotations

MONITOR = "datadog:index/monitor:Monitor"
SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
DASHBOARD_JSON = "datadog:index/dashboardJson:DashboardJson"
LOGS_INDEX = "datadog:index/logsIndex:LogsIndex"
LOGS_METRIC = "datadog:index/logsMetric:LogsMetric"
METRIC_TAGS = "datadog:index/metricTagConfiguration:MetricTagConfiguration"
METRIC_METADATA = "datadog:index/metricMetadata:MetricMetadata"
DOWNTIME = "datadog:index/downtimeSchedule:DowntimeSchedule"
NOTIFICATION_RULE = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
STATUS_PAGE = "datadog:index/statusPage:StatusPage"
STATUS_COMPONENT = "datadog:index/statusPageComponent:StatusPageComponent"
DEGRADATION_TEMPLATE = "datadog:index/statusPageDegradationTemplate:StatusPageDegradationTemplate"
INCIDENT_TYPE = "datadog:index/incidentType:IncidentType"
POSTMORTEM_TEMPLATE = "datadog:index/incidentPostmortemTemplate:IncidentPostmortemTemplate"
SLACK_CHANNEL = "datadog:slack/channel:Channel"
WEBHOOK = "datadog:index/webhook:Webhook"
PAGERDUTY_SERVICE = "datadog:pagerduty/serviceObject:ServiceObject"

# Where rules were read, shortened: the provider that Pulumi's is built from, and the client with the API's description.
PROVIDER = "terraform-provider-datadog"
CLIENT = "datadog-api-client-go"
DOCS = "DataDog/documentation"
