"""What Datadog refuses about logs, downtimes, notifications, status pages and integrations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.vendors.datadog_facts import CLIENT, DOCS, INCIDENT_TYPE, MONITOR, PROVIDER, STATUS_COMPONENT, STATUS_PAGE
from sandbox.vendors.model import (
    AccountRule,
    Rule,
    at,
    between,
    exactly_one,
    matches,
    not_together,
    one_of,
    only,
    read_in,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

LONGEST_TAG = 200


def tags_are_short(inputs: Inputs) -> Iterator[str]:
    """Datadog cuts a tag after 200 characters, and then it is another tag."""
    for place, tag in walk(inputs, "tags[]"):
        if len(str(tag)) > LONGEST_TAG:
            long = f"this has {len(str(tag))}: {str(tag)[:40]}..."
            yield f"{place}: tags may have at most {LONGEST_TAG} characters, {long}"


def filter_has_query(inputs: Inputs) -> Iterator[str]:
    """Check that a logs index has one filter with a query."""
    filters = at(inputs, "filters")
    if isinstance(filters, list) and (
        len(filters) != 1 or not isinstance(filters[0], dict) or "query" not in filters[0]
    ):
        yield "filters: exactly one filter with a query is required"


def daily_limit_is_possible(inputs: Inputs) -> Iterator[str]:
    """Check that a daily limit is a positive number of events."""
    limit = at(inputs, "dailyLimit")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        yield f"expected dailyLimit to be at least 1, got {limit}"


def distribution_has_path(inputs: Inputs) -> Iterator[str]:
    """Check that a distribution says which number in a log it is of."""
    if at(inputs, "compute.aggregationType") == "distribution" and not at(inputs, "compute.path"):
        yield "compute.path is required for aggregationType distribution"


def count_has_no_percentiles(inputs: Inputs) -> Iterator[str]:
    """Check that percentiles are asked for of a distribution only."""
    if at(inputs, "compute.aggregationType") == "count" and at(inputs, "compute.includePercentiles") is not None:
        yield "compute.includePercentiles can only be used with aggregationType distribution"


def scope_has_keys(inputs: Inputs) -> Iterator[str]:
    """Check that a downtime's scope is `*`, or of tags with a key."""
    scope = at(inputs, "scope")
    if not isinstance(scope, str):
        return
    # env:(a OR b) has its key before the bracket.
    plain = re.sub(r"[^\s(),]+:\([^)]*\)", "", scope)
    words = [word for word in re.split(r"[\s(),]+", plain) if word and word not in ("AND", "OR", "NOT", "*")]
    without = [word for word in words if ":" not in word.lstrip("!-")]
    if without:
        yield f"400 Bad Request: All values must have a key: {', '.join(without)}"


def percentiles_are_of_distributions(inputs: Inputs) -> Iterator[str]:
    """Check that what is set for a metric fits its type; so says resource_datadog_metric_tag_configuration.go."""
    kind = at(inputs, "metricType")
    if at(inputs, "includePercentiles") is not None and kind != "distribution":
        yield f"cannot use include_percentiles with a metric_type of {kind}, must use metric_type of 'distribution'"
    if at(inputs, "excludeTagsMode") and not at(inputs, "tags"):
        yield "cannot use exclude_tags_mode without configuring any tags"


def downtime_monitor_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a downtime of one monitor is of one that exists."""
    identity = at(inputs, "monitorIdentifier.monitorId")
    if identity is not None and account.get(MONITOR, str(identity)) is None:
        yield f"404 Not Found: monitor {identity} doesn't exist"


def recipients_are_bare(inputs: Inputs) -> Iterator[str]:
    """Check that a notification rule names its recipients without the @ that a message needs."""
    paths = (
        "recipients[]",
        "conditionalRecipients.conditions[].recipients[]",
        "conditionalRecipients.fallbackRecipients[]",
    )
    for path in paths:
        for place, recipient in walk(inputs, path):
            if str(recipient).startswith("@"):
                yield f"{place}: Invalid recipients: Recipient handle should not start with '@', got {recipient!r}"


def webhook_is_one_word(inputs: Inputs) -> Iterator[str]:
    """Check that a webhook's name has no spaces: its handle would end at the first."""
    if " " in str(at(inputs, "name")):
        yield "400 Bad Request: Invalid webhook (name has spaces)"


def channel_has_hash(inputs: Inputs) -> Iterator[str]:
    """Check that a Slack channel is written with its #."""
    channel = at(inputs, "channelName")
    if isinstance(channel, str) and not channel.startswith("#"):
        yield f"channelName must start with '#', got {channel!r}"


def key_is_given(inputs: Inputs) -> Iterator[str]:
    """Check that a PagerDuty service has a key."""
    if at(inputs, "serviceKey") == "":
        yield "400 Bad Request: service_key cannot be blank"


def incident_type_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a template is for a type of incident that exists."""
    kind = str(inputs.get("incidentType"))
    if account.get(INCIDENT_TYPE, kind) is None:
        yield f"404 Not Found: incident type {kind!r} doesn't exist"


def page_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a component is on a page that exists."""
    if account.get(STATUS_PAGE, str(inputs.get("pageId"))) is None:
        yield f"404 Not Found: status page {str(inputs.get('pageId'))!r} doesn't exist"


def position_leaves_no_gap(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a component is at the end of its page or before."""
    page, position = inputs.get("pageId"), inputs.get("position")
    others = [
        row for row in account.all(STATUS_COMPONENT) if row.inputs.get("pageId") == page and row.id != inputs.get("id")
    ]
    if not isinstance(position, int) or not 0 <= position <= len(others):
        yield (
            f"400 Bad Request: position must be between 0 and {len(others)}, the number of components on the page, got "
            f"{position}; make each component depend on the one before it"
        )


def components_are_of_the_page(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a template of degradations affects components of its page."""
    page = str(inputs.get("pageId"))
    known = {row.id for row in account.all(STATUS_COMPONENT) if row.inputs.get("pageId") == page}
    for place, identity in walk(inputs, "componentsAffecteds[].id"):
        if identity not in known:
            yield f"404 Not Found: {place}: component {identity!r} is not on status page {page!r}"


INDEX = f"{PROVIDER}: datadog/resource_datadog_logs_index.go"
LOGS_INDEX_RULES: tuple[Rule, ...] = (
    *read_in(
        INDEX,
        matches("name", r"[a-z][a-z0-9-]*", "only lower case letters, digits and dashes, beginning with a letter"),
        between("dailyLimitWarningThresholdPercentage", 50, 99.99),
        matches("dailyLimitReset.resetTime", r"([0-1][0-9]|2[0-3]):00", "HH:00"),
        matches("dailyLimitReset.resetUtcOffset", r"(-(0[0-9]|1[0-2])|\+(0[0-9]|1[0-4])):00", "+HH:00 or -HH:00"),
        filter_has_query,
        daily_limit_is_possible,
    ),
    *read_in(
        f"{DOCS}: logs/log_configuration/indexes.md, the retentions that a contract can have",
        one_of("retentionDays", 3, 7, 15, 30, 45, 60, 90, 180, 360),
    ),
)
LOGS_METRIC_RULES: tuple[Rule, ...] = (
    *read_in(
        f"{PROVIDER}: datadog/resource_datadog_logs_metric.go",
        only("compute", "aggregationType", "includePercentiles", "path"),
        one_of("compute.aggregationType", "count", "distribution"),
    ),
    *read_in(
        f"{DOCS}: metrics/custom_metrics, Naming custom metrics",
        matches("name", r"[A-Za-z][A-Za-z0-9_.]{0,199}", "letters, digits, _ and ., beginning with a letter"),
    ),
    *read_in(f"{CLIENT}: api/datadogV2/model_logs_metric_compute.go", distribution_has_path, count_has_no_percentiles),
)
METRIC_TAGS_RULES: tuple[Rule, ...] = read_in(
    f"{PROVIDER}: datadog/resource_datadog_metric_tag_configuration.go",
    matches("metricName", r"[A-Za-z][A-Za-z0-9_.]{0,199}", "letters, digits, _ and ., beginning with a letter"),
    one_of("metricType", "gauge", "count", "rate", "distribution"),
    matches("tags[]", r"[A-Za-z][A-Za-z0-9.\-_:/]{0,199}", "letters, digits, ., -, _, : and /"),
    percentiles_are_of_distributions,
)
DOWNTIME_RESOURCE = f"{PROVIDER}: datadog/fwprovider/resource_datadog_downtime_schedule.go"
DOWNTIME_RULES: tuple[Rule, ...] = (
    *read_in(
        DOWNTIME_RESOURCE,
        exactly_one("monitorId", "monitorTags", within="monitorIdentifier"),
        not_together("oneTimeSchedule", "recurringSchedule"),
        *(
            matches(f"oneTimeSchedule.{name}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "a time in UTC, ending in Z")
            for name in ("start", "end")
        ),
        matches(
            "recurringSchedule.recurrences[].start",
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
            "must not include a UTC offset: the schedule has a time zone",
        ),
    ),
    *read_in(f"{CLIENT}: tests/scenarios/cassettes, Schedule a downtime returns Bad Request", scope_has_keys),
)
DOWNTIME_ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(
    f"{CLIENT}: tests/api/datadogV1/cassettes/TestMonitorUpdateErrors, Monitor not found", downtime_monitor_exists
)
NOTIFICATION_RULES: tuple[Rule, ...] = (
    *read_in(
        f"{PROVIDER}: datadog/fwprovider/resource_datadog_monitor_notification_rule.go",
        exactly_one("tags", "scope", within="filter"),
        exactly_one("recipients", "conditionalRecipients"),
    ),
    *read_in(
        f"{CLIENT}: api/datadogV2/model_monitor_notification_rule_filter_tags.go",
        matches("filter.tags[]", r"[^:\s]+:\S+", "key:value"),
    ),
    *read_in(
        f"{CLIENT}: tests/scenarios/cassettes, Create a monitor notification rule returns Bad Request",
        recipients_are_bare,
    ),
)
PAGES = f"{CLIENT}: api/datadogV2/model_create_status_page_request_data_attributes.go"
STATUS_PAGE_RULES: tuple[Rule, ...] = read_in(
    PAGES,
    one_of("type", "public", "internal"),
    one_of("visualizationType", "bars_and_uptime_percentage", "bars_only", "component_name_only"),
    matches("domainPrefix", r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", "a subdomain: letters, digits and dashes"),
)
STATUS_COMPONENT_RULES: tuple[Rule, ...] = read_in(PAGES, one_of("type", "component", "group"))
STATUS_COMPONENT_ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(
    f"{CLIENT}: api/datadogV2/api_status_pages.go, CreateComponent", page_exists, position_leaves_no_gap
)
DEGRADATIONS = f"{CLIENT}: api/datadogV2/api_status_pages.go, CreateDegradation and its models"
DEGRADATION_RULES: tuple[Rule, ...] = read_in(
    DEGRADATIONS,
    only("componentsAffecteds[]", "id", "name", "status"),
    one_of("componentsAffecteds[].status", "operational", "degraded", "partial_outage", "major_outage"),
    one_of("updates[].status", "investigating", "identified", "monitoring", "resolved"),
)
DEGRADATION_ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(DEGRADATIONS, page_exists, components_are_of_the_page)
POSTMORTEM_RULES: tuple[Rule, ...] = read_in(
    f"{CLIENT}: api/datadogV2/model_postmortem_template_location.go",
    one_of("location", "datadog_notebooks", "confluence", "google_docs"),
)
POSTMORTEM_ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(
    f"{PROVIDER}: datadog/fwprovider/resource_datadog_incident_postmortem_template.go", incident_type_exists
)
SLACK_RULES: tuple[Rule, ...] = read_in(f"{PROVIDER}: docs/resources/integration_slack_channel.md", channel_has_hash)
WEBHOOK_RULES: tuple[Rule, ...] = read_in(f"{PROVIDER} #2618", webhook_is_one_word)
PAGERDUTY_RULES: tuple[Rule, ...] = read_in(
    f"{CLIENT}: tests/api/datadogV1/cassettes/TestPagerDutyServicesCreateErrors", key_is_given
)
TAG_RULES: tuple[Rule, ...] = read_in(f"{DOCS}: getting_started/tagging, Define tags", tags_are_short)
