"""What Datadog refuses about everything but monitors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sandbox.vendors.model import Rule, at, between, exactly_one, matches, one_of, only, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.store import Account
    from sandbox.vendors.values import Inputs

MONITOR = "datadog:index/monitor:Monitor"
STATUS_PAGE = "datadog:index/statusPage:StatusPage"
STATUS_COMPONENT = "datadog:index/statusPageComponent:StatusPageComponent"
INCIDENT_TYPE = "datadog:index/incidentType:IncidentType"

LONGEST_TAG = 200
ALL = 100  # percent
TIMEFRAMES = ("7d", "30d", "90d", "custom")
# The provider keeps what the API returns; these are always returned, so a JSON without them differs for ever.
DASHBOARD_ECHOES = ("description", "template_variables", "notify_list")


def tags_are_short(inputs: Inputs) -> Iterator[str]:
    """Datadog cuts a tag after 200 characters, and then it is another tag."""
    for place, tag in walk(inputs, "tags[]"):
        if len(str(tag)) > LONGEST_TAG:
            long = f"this has {len(str(tag))}: {str(tag)[:40]}..."
            yield f"{place}: tags may have at most {LONGEST_TAG} characters, {long}"


def warning_above_target(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO warns before it is missed: the warning lies above the target, both below 100."""
    for place, threshold in walk(inputs, "thresholds[]"):
        target, warning = threshold.get("target"), threshold.get("warning")
        if not isinstance(target, int | float) or not 0 < target < ALL:
            yield f"{place}.target must be between 0 and 100, exclusive, got {target}"
        elif isinstance(warning, int | float) and not target < warning < ALL:
            yield f"{place}.warning ({warning:g}) must be greater than the target ({target:g}) and less than 100"


def timeframes_differ(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO has one threshold per time frame."""
    frames = [frame for _, frame in walk(inputs, "thresholds[].timeframe")]
    for frame in sorted({frame for frame in frames if frames.count(frame) > 1}):
        yield f"thresholds: timeframe {frame} is given more than once"


def definition_fits_type(inputs: Inputs) -> Iterator[str]:
    """Each type of SLO is measured in its own way."""
    wanted = {"metric": "query", "monitor": "monitorIds", "time_slice": "sliSpecification"}.get(str(at(inputs, "type")))
    given = [name for name in ("query", "monitorIds", "sliSpecification") if inputs.get(name) is not None]
    if wanted and len(given) == 1 and given != [wanted]:
        yield f"an SLO of type {at(inputs, 'type')} must set {wanted}, not {given[0]}"


def monitors_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that an SLO measures monitors that exist."""
    for place, identity in walk(inputs, "monitorIds[]"):
        if account.get(MONITOR, str(identity)) is None:
            yield f"error finding monitor to add to SLO: {place}: 404 Not Found: monitor {identity}"


def dashboard_is_complete(inputs: Inputs) -> Iterator[str]:
    """Check that the dashboard is JSON, has what the API requires, and what it returns in any case."""
    text = at(inputs, "dashboard")
    if not isinstance(text, str):
        return
    try:
        dashboard = json.loads(text)
    except ValueError as problem:
        yield f'"dashboard" contains an invalid JSON: {problem}'
        return
    if not isinstance(dashboard, dict):
        yield '"dashboard" must be a JSON object'
        return
    missing = [name for name in ("title", "layout_type", "widgets") if name not in dashboard]
    if missing:
        yield f"400 Bad Request: the dashboard is missing required fields: {', '.join(missing)}"
    if dashboard.get("layout_type") not in (None, "ordered", "free"):
        yield f"400 Bad Request: layout_type must be ordered or free, not {dashboard['layout_type']!r}"
    for index, widget in enumerate(dashboard.get("widgets") or []):
        definition = widget.get("definition") if isinstance(widget, dict) else None
        if not isinstance(definition, dict) or not definition.get("type"):
            yield f"400 Bad Request: widgets[{index}] has no definition with a type"
    absent = [name for name in DASHBOARD_ECHOES if name not in dashboard]
    if absent:
        yield (
            f"the dashboard's JSON leaves out {', '.join(absent)}: the API returns them always, so every preview would "
            "show a difference. Write them, empty if there is nothing to say."
        )


def one_filter(inputs: Inputs) -> Iterator[str]:
    """Check that a logs index has one filter with a query."""
    filters = at(inputs, "filters")
    if isinstance(filters, list) and (
        len(filters) != 1 or not isinstance(filters[0], dict) or "query" not in filters[0]
    ):
        yield "filters: exactly one filter with a query is required"


def daily_limit_is_possible(inputs: Inputs) -> Iterator[str]:
    """Check that a daily limit is a positive number of events, and isn't both set and disabled."""
    limit = at(inputs, "dailyLimit")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        yield f"dailyLimit must be a whole number of events of at least 1, got {limit}"
    if limit is not None and at(inputs, "disableDailyLimit"):
        yield '"dailyLimit": conflicts with disableDailyLimit'


def compute_is_complete(inputs: Inputs) -> Iterator[str]:
    """Check that a metric from logs counts them, or is the distribution of a number in them."""
    kind = at(inputs, "compute.aggregationType")
    if kind == "distribution" and not at(inputs, "compute.path"):
        yield "compute.path is required for aggregationType distribution"
    if kind == "count" and at(inputs, "compute.includePercentiles") is not None:
        yield "compute.includePercentiles can only be used with aggregationType distribution"


def percentiles_are_of_distributions(inputs: Inputs) -> Iterator[str]:
    """Check that what is set for a metric fits its type; so says resource_datadog_metric_tag_configuration.go."""
    kind = at(inputs, "metricType")
    if at(inputs, "includePercentiles") is not None and kind != "distribution":
        yield f"cannot use include_percentiles with a metric_type of {kind}, must use metric_type of 'distribution'"
    if at(inputs, "excludeTagsMode") and not at(inputs, "tags"):
        yield "cannot use exclude_tags_mode without configuring any tags"


def schedule_is_possible(inputs: Inputs) -> Iterator[str]:
    """Check that a downtime happens once, in UTC, or again and again, in a time zone."""
    if at(inputs, "oneTimeSchedule") is not None and at(inputs, "recurringSchedule") is not None:
        yield '"oneTimeSchedule": conflicts with recurringSchedule'
    offset = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
    for name in ("start", "end"):
        once = at(inputs, f"oneTimeSchedule.{name}")
        if isinstance(once, str) and not re.search(r"(Z|\+00:?00)$", once):
            yield f"oneTimeSchedule.{name} must include a UTC offset of zero, got {once}"
    start = at(inputs, "recurringSchedule.start")
    if isinstance(start, str) and offset.search(start):
        yield f"recurringSchedule.start must not include a UTC offset, got {start}"


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
                yield f"{place}: recipients must not start with an '@', got {recipient!r}"


def channel_has_hash(inputs: Inputs) -> Iterator[str]:
    """Check that a Slack channel is written with its #."""
    channel = at(inputs, "channelName")
    if isinstance(channel, str) and not re.fullmatch(r"#[\w.-]{1,80}", channel):
        yield f"channelName must start with '#' and be a channel's name, got {channel!r}"


def incident_type_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a template is for a type of incident that exists."""
    kind = str(inputs.get("incidentType"))
    if account.get(INCIDENT_TYPE, kind) is None:
        yield f"404 Not Found: incident type {kind!r} doesn't exist"


def page_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a component is on a page that exists, at its end or before."""
    page, position = str(inputs.get("pageId")), inputs.get("position")
    if account.get(STATUS_PAGE, page) is None:
        yield f"404 Not Found: status page {page!r} doesn't exist"
    others = [
        row for row in account.all(STATUS_COMPONENT) if row.inputs.get("pageId") == page and row.id != inputs.get("id")
    ]
    if not isinstance(position, int) or not 0 <= position <= len(others):
        yield (
            f"400 Bad Request: position must be between 0 and {len(others)}, the number of components on the page, got "
            f"{position}; make each component depend on the one before it"
        )


SLO_RULES: tuple[Rule, ...] = (
    only("thresholds[]", "target", "targetDisplay", "timeframe", "warning", "warningDisplay"),
    only("query", "denominator", "numerator"),
    one_of("type", "metric", "monitor", "time_slice"),
    one_of("thresholds[].timeframe", *TIMEFRAMES),
    one_of("timeframe", *TIMEFRAMES),
    exactly_one("query", "monitorIds", "sliSpecification"),
    definition_fits_type,
    warning_above_target,
    timeframes_differ,
    tags_are_short,
)
LOGS_INDEX_RULES: tuple[Rule, ...] = (
    matches("name", r"[a-z][a-z0-9-]*", "only lower case letters, digits and dashes, beginning with a letter"),
    one_of("retentionDays", 3, 7, 15, 30, 45, 60, 90, 180, 360),
    between("dailyLimitWarningThresholdPercentage", 50, 99.99),
    one_filter,
    daily_limit_is_possible,
)
LOGS_METRIC_RULES: tuple[Rule, ...] = (
    only("compute", "aggregationType", "includePercentiles", "path"),
    matches("name", r"[A-Za-z][A-Za-z0-9_.]{0,199}", "letters, digits, _ and ., beginning with a letter"),
    one_of("compute.aggregationType", "count", "distribution"),
    compute_is_complete,
)
METRIC_TAGS_RULES: tuple[Rule, ...] = (
    matches("metricName", r"[A-Za-z][A-Za-z0-9_.]{0,199}", "letters, digits, _ and ., beginning with a letter"),
    one_of("metricType", "gauge", "count", "rate", "distribution"),
    matches("tags[]", r"[A-Za-z][A-Za-z0-9.\-_:/]{0,199}", "letters, digits, ., -, _, : and /"),
    percentiles_are_of_distributions,
)
DOWNTIME_RULES: tuple[Rule, ...] = (
    exactly_one("monitorId", "monitorTags", within="monitorIdentifier"),
    schedule_is_possible,
)
NOTIFICATION_RULES: tuple[Rule, ...] = (
    exactly_one("tags", "scope", within="filter"),
    exactly_one("recipients", "conditionalRecipients"),
    matches("filter.tags[]", r"[^:\s]+:\S+", "key:value"),
    recipients_are_bare,
)
STATUS_PAGE_RULES: tuple[Rule, ...] = (
    one_of("type", "public", "internal"),
    one_of("visualizationType", "bars_and_uptime_percentage", "bars_only", "component_name_only"),
    matches("domainPrefix", r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "lower case letters, digits and dashes"),
)
POSTMORTEM_RULES: tuple[Rule, ...] = (one_of("location", "datadog_notebooks", "confluence", "google_docs"),)
STATUS_COMPONENT_RULES: tuple[Rule, ...] = (one_of("type", "component", "group"),)
SLACK_RULES: tuple[Rule, ...] = (channel_has_hash,)
