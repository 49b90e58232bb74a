"""The nested arguments of the resources, from the schema of terraform-provider-sentry 0.15.4, innermost first."""

from collections.abc import Sequence

from pulumi import Input, InputType

from ._utilities import input_type


@input_type
class AlertActionFilterActionEmailArgs:
    """E-mail to a team, a user or the issue's owners: `target_id` for the first two, else `fallthrough_type`."""

    target_type: Input[str]
    fallthrough_type: Input[str] | None = None
    target_id: Input[str] | None = None


@input_type
class AlertActionFilterActionPagerdutyArgs:
    """An incident in one service of a PagerDuty integration."""

    integration_id: Input[str]
    service_id: Input[str]
    service_name: Input[str]
    severity: Input[str]


@input_type
class AlertActionFilterActionSlackArgs:
    """A message to a Slack channel; `tags` are the event tags it shows, comma-separated."""

    channel_name: Input[str]
    integration_id: Input[str]
    channel_id: Input[str] | None = None
    notes: Input[str] | None = None
    tags: Input[str] | None = None


@input_type
class AlertActionFilterActionArgs:
    """What is done when a filter lets an event through: exactly one kind."""

    email: Input[InputType[AlertActionFilterActionEmailArgs]] | None = None
    pagerduty: Input[InputType[AlertActionFilterActionPagerdutyArgs]] | None = None
    slack: Input[InputType[AlertActionFilterActionSlackArgs]] | None = None


@input_type
class AlertActionFilterConditionAgeComparisonArgs:
    """The issue is older or newer than `value` times the unit `time`."""

    comparison_type: Input[str]
    time: Input[str]
    value: Input[float]


@input_type
class AlertActionFilterConditionAssignedToArgs:
    """The issue is assigned to this team or user, or to nobody."""

    target_id: Input[str] | None = None
    target_type: Input[str] | None = None


@input_type
class AlertActionFilterConditionEventAttributeArgs:
    """An attribute of the event matches."""

    attribute: Input[str]
    match: Input[str]
    value: Input[str] | None = None


@input_type
class AlertActionFilterConditionEventFrequencyCountFilterArgs:
    """Which events a frequency condition counts."""

    attribute: Input[str] | None = None
    key: Input[str] | None = None
    match: Input[str] | None = None
    value: Input[str] | None = None


@input_type
class AlertActionFilterConditionEventFrequencyCountArgs:
    """More than `value` events of the issue in the interval (1m, 5m, 15m, 1h, 1d, 1w or 30d)."""

    interval: Input[str]
    value: Input[float]
    filters: Input[Sequence[Input[InputType[AlertActionFilterConditionEventFrequencyCountFilterArgs]]]] | None = None


@input_type
class AlertActionFilterConditionEventFrequencyPercentFilterArgs:
    """Which events a frequency condition counts."""

    attribute: Input[str] | None = None
    key: Input[str] | None = None
    match: Input[str] | None = None
    value: Input[str] | None = None


@input_type
class AlertActionFilterConditionEventFrequencyPercentArgs:
    """More than `value` percent more events of the issue than one `comparison_interval` before."""

    comparison_interval: Input[str]
    interval: Input[str]
    value: Input[float]
    filters: Input[Sequence[Input[InputType[AlertActionFilterConditionEventFrequencyPercentFilterArgs]]]] | None = None


@input_type
class AlertActionFilterConditionEventUniqueUserFrequencyCountFilterArgs:
    """Which events a frequency condition counts."""

    attribute: Input[str] | None = None
    key: Input[str] | None = None
    match: Input[str] | None = None
    value: Input[str] | None = None


@input_type
class AlertActionFilterConditionEventUniqueUserFrequencyCountArgs:
    """The issue touched more than `value` users in the interval (1m, 5m, 15m, 1h, 1d, 1w or 30d)."""

    interval: Input[str]
    value: Input[float]
    filters: (
        Input[Sequence[Input[InputType[AlertActionFilterConditionEventUniqueUserFrequencyCountFilterArgs]]]] | None
    ) = None


@input_type
class AlertActionFilterConditionIssueCategoryArgs:
    """The issue is, or with `include` false is not, of this category."""

    value: Input[float]
    include: Input[bool] | None = None


@input_type
class AlertActionFilterConditionIssueOccurrencesArgs:
    """The issue has occurred at least `value` times."""

    value: Input[float]


@input_type
class AlertActionFilterConditionIssuePriorityDeescalatingArgs:
    """The issue's priority fell below this one (75 high, 50 medium, 25 low)."""

    comparison: Input[float]


@input_type
class AlertActionFilterConditionIssuePriorityGreaterOrEqualArgs:
    """The issue's priority is at least this one (75 high, 50 medium, 25 low)."""

    comparison: Input[float]


@input_type
class AlertActionFilterConditionIssueTypeArgs:
    """The issue is, or with `include` false is not, of this type."""

    include: Input[bool]
    value: Input[str]


@input_type
class AlertActionFilterConditionLatestReleaseArgs:
    """The event is from the latest release."""


@input_type
class AlertActionFilterConditionLevelArgs:
    """The event's level compares to this one (40 error, 50 fatal)."""

    level: Input[float]
    match: Input[str]


@input_type
class AlertActionFilterConditionTaggedEventArgs:
    """A tag of the event matches."""

    key: Input[str]
    match: Input[str]
    value: Input[str] | None = None


@input_type
class AlertActionFilterConditionArgs:
    """A condition that an event must meet for the actions to be done: exactly one kind."""

    age_comparison: Input[InputType[AlertActionFilterConditionAgeComparisonArgs]] | None = None
    assigned_to: Input[InputType[AlertActionFilterConditionAssignedToArgs]] | None = None
    event_attribute: Input[InputType[AlertActionFilterConditionEventAttributeArgs]] | None = None
    event_frequency_count: Input[InputType[AlertActionFilterConditionEventFrequencyCountArgs]] | None = None
    event_frequency_percent: Input[InputType[AlertActionFilterConditionEventFrequencyPercentArgs]] | None = None
    event_unique_user_frequency_count: (
        Input[InputType[AlertActionFilterConditionEventUniqueUserFrequencyCountArgs]] | None
    ) = None
    issue_category: Input[InputType[AlertActionFilterConditionIssueCategoryArgs]] | None = None
    issue_occurrences: Input[InputType[AlertActionFilterConditionIssueOccurrencesArgs]] | None = None
    issue_priority_deescalating: Input[InputType[AlertActionFilterConditionIssuePriorityDeescalatingArgs]] | None = None
    issue_priority_greater_or_equal: (
        Input[InputType[AlertActionFilterConditionIssuePriorityGreaterOrEqualArgs]] | None
    ) = None
    issue_type: Input[InputType[AlertActionFilterConditionIssueTypeArgs]] | None = None
    latest_release: Input[InputType[AlertActionFilterConditionLatestReleaseArgs]] | None = None
    level: Input[InputType[AlertActionFilterConditionLevelArgs]] | None = None
    tagged_event: Input[InputType[AlertActionFilterConditionTaggedEventArgs]] | None = None


@input_type
class AlertActionFilterArgs:
    """Actions, and the conditions under which they are done; `logic_type` joins the conditions."""

    actions: Input[Sequence[Input[InputType[AlertActionFilterActionArgs]]]]
    logic_type: Input[str]
    conditions: Input[Sequence[Input[InputType[AlertActionFilterConditionArgs]]]] | None = None


@input_type
class AlertTriggerConditionFirstSeenEventArgs:
    """A new issue was created."""


@input_type
class AlertTriggerConditionIssueResolvedTriggerArgs:
    """An issue was resolved."""


@input_type
class AlertTriggerConditionReappearedEventArgs:
    """An ignored issue came back."""


@input_type
class AlertTriggerConditionRegressionEventArgs:
    """A resolved issue came back."""


@input_type
class AlertTriggerConditionArgs:
    """What makes Sentry look at the alert's filters: exactly one kind."""

    first_seen_event: Input[InputType[AlertTriggerConditionFirstSeenEventArgs]] | None = None
    issue_resolved_trigger: Input[InputType[AlertTriggerConditionIssueResolvedTriggerArgs]] | None = None
    reappeared_event: Input[InputType[AlertTriggerConditionReappearedEventArgs]] | None = None
    regression_event: Input[InputType[AlertTriggerConditionRegressionEventArgs]] | None = None


@input_type
class DashboardWidgetLayoutArgs:
    """Where a widget stands and how big it is, in cells of the dashboard's grid."""

    h: Input[float]
    min_h: Input[float]
    w: Input[float]
    x: Input[float]
    y: Input[float]


@input_type
class DashboardWidgetQueryArgs:
    """A query of a widget; `fields` are the columns and then the aggregates, in the order shown."""

    aggregates: Input[Sequence[Input[str]]] | None = None
    columns: Input[Sequence[Input[str]]] | None = None
    conditions: Input[str] | None = None
    field_aliases: Input[Sequence[Input[str]]] | None = None
    fields: Input[Sequence[Input[str]]] | None = None
    id: Input[str] | None = None
    name: Input[str] | None = None
    order_by: Input[str] | None = None


@input_type
class DashboardWidgetArgs:
    """A widget of a dashboard."""

    display_type: Input[str]
    layout: Input[InputType[DashboardWidgetLayoutArgs]]
    queries: Input[Sequence[Input[InputType[DashboardWidgetQueryArgs]]]]
    title: Input[str]
    id: Input[str] | None = None
    interval: Input[str] | None = None
    limit: Input[float] | None = None
    widget_type: Input[str] | None = None


@input_type
class KeyJavascriptLoaderScriptArgs:
    """What the JavaScript loader of a key loads."""

    browser_sdk_version: Input[str] | None = None
    debug_enabled: Input[bool] | None = None
    performance_monitoring_enabled: Input[bool] | None = None
    session_replay_enabled: Input[bool] | None = None


@input_type
class MetricMonitorConditionGroupConditionArgs:
    """A comparison and the priority it gives the issue (75 high, 50 medium, 0 resolves it)."""

    condition_result: Input[float]
    type: Input[str]
    comparison: Input[float] | None = None
    comparison_sensitivity: Input[str] | None = None
    comparison_threshold_type: Input[str] | None = None


@input_type
class MetricMonitorConditionGroupArgs:
    """The conditions of a metric monitor."""

    conditions: Input[Sequence[Input[InputType[MetricMonitorConditionGroupConditionArgs]]]]
    logic_type: Input[str] | None = None


@input_type
class MetricMonitorIssueDetectionArgs:
    """What is compared: the value (static), its change over `comparison_delta` seconds (percent), or an anomaly."""

    type: Input[str]
    comparison_delta: Input[float] | None = None


@input_type
class MetricMonitorOwnerArgs:
    """Who owns the issues of a metric monitor: a team or a user."""

    team_id: Input[str] | None = None
    user_id: Input[str] | None = None


@input_type
class ProjectClientSecurityArgs:
    """Which origins may send events, and with which token Sentry fetches their sources."""

    allowed_domains: Input[Sequence[Input[str]]] | None = None
    scrape_javascript: Input[bool] | None = None
    security_token: Input[str] | None = None
    security_token_header: Input[str] | None = None
    verify_tls_ssl: Input[bool] | None = None


@input_type
class ProjectFiltersArgs:
    """Events that a project drops, by address, message or release."""

    blacklisted_ips: Input[Sequence[Input[str]]] | None = None
    error_messages: Input[Sequence[Input[str]]] | None = None
    releases: Input[Sequence[Input[str]]] | None = None
