"""What Sentry refuses: the provider's validators (terraform-provider-sentry 0.15) and the API behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.vendors.model import Check as Rule
from sandbox.vendors.model import at, at_least_one, at_most, between, exactly_one, matches, one_of, only, walk
from sandbox.vendors.sentry_facts import (
    ACTIONS,
    COMPARISONS,
    CONDITIONS,
    CRON_MONITOR,
    METRIC_MONITOR,
    PLATFORMS,
    UPTIME_MONITOR,
    built_in_monitors,
    find_project,
    integration_kind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.store import Account
    from sandbox.vendors.values import Inputs

INTERVALS = ("1m", "5m", "15m", "1h", "1d", "1w", "30d")
MATCHES = ("co", "ew", "eq", "gte", "gt", "is", "in", "lte", "lt", "nc", "new", "ne", "ns", "nsw", "nin", "sw")
LOGIC = ("any", "any-short", "all", "none")
LONGEST_NAME = 64
SLUG = r"(?!\d+$)[a-z0-9_-]{1,50}"
CONDITION = "actionFilters[].conditions[]"
ACTION = "actionFilters[].actions[]"

# What each kind of action can't do without.
ACTION_NEEDS = {
    "discord": ("channelId", "integrationId"),
    "email": ("targetType",),
    "github": ("integrationId", "repo"),
    "jira": ("integrationId", "issueType", "project"),
    "jiraServer": ("integrationId", "issueType", "project"),
    "msteams": ("channelName", "integrationId", "teamId"),
    "opsgenie": ("integrationId", "priority", "teamId", "teamName"),
    "pagerduty": ("integrationId", "serviceId", "serviceName", "severity"),
    "plugin": (),
    "sentryApp": ("sentryAppId",),
    "slack": ("channelName", "integrationId"),
    "vsts": ("integrationId", "project", "workItemType"),
    "webhook": ("service",),
}


def actions_are_complete(inputs: Inputs) -> Iterator[str]:
    """Every action carries what its kind needs."""
    for place, action in walk(inputs, ACTION):
        for kind, settings in action.items():
            for name in ACTION_NEEDS.get(kind, ()):
                if isinstance(settings, dict) and settings.get(name) is None:
                    yield f"{place}.{kind}: attribute {name} is required"


def email_has_one_target(inputs: Inputs) -> Iterator[str]:
    """Check that an email goes to the owners of an issue, with a fallback, or to one team or user."""
    for place, email in walk(inputs, f"{ACTION}.email"):
        owners = email.get("targetType") == "issue_owners"
        wanted, excluded = ("fallthroughType", "targetId") if owners else ("targetId", "fallthroughType")
        if email.get(wanted) is None:
            yield f"{place}: {wanted} is required if targetType is {email.get('targetType')}"
        if email.get(excluded) is not None:
            yield f"{place}: {excluded} must not be set if targetType is {email.get('targetType')}"


def value_fits_match(inputs: Inputs) -> Iterator[str]:
    """`is` and `ns` ask whether there is a value: they take none."""
    for kind in ("taggedEvent", "eventAttribute"):
        for place, condition in walk(inputs, f"{CONDITION}.{kind}"):
            if condition.get("match") in ("is", "ns") and condition.get("value") is not None:
                yield f"{place}: value must not be set if match is {condition['match']}"


def assignee_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that a condition on who an issue is assigned to names them, unless it asks for nobody."""
    for place, condition in walk(inputs, f"{CONDITION}.assignedTo"):
        nobody = condition.get("targetType") == "Unassigned"
        if nobody == (condition.get("targetId") is not None):
            kind = condition.get("targetType")
            yield f"{place}: targetId must {'not ' if nobody else ''}be set if targetType is {kind}"


def kinds_are_known(inputs: Inputs) -> Iterator[str]:
    """Conditions and actions are of a kind that exists."""
    for path, known in ((CONDITION, CONDITIONS), (ACTION, ACTIONS)):
        for place, item in walk(inputs, path):
            for kind in sorted(set(item) - set(known)):
                yield f'{place}: An argument named "{kind}" is not expected here.'


def comparisons_are_complete(inputs: Inputs) -> Iterator[str]:
    """Check that a monitor compares with a number, or with what is usual; not with both, and not with neither."""
    for place, condition in walk(inputs, "conditionGroup.conditions[]"):
        anomaly = condition.get("type") == "anomaly_detection"
        if condition.get("type") in COMPARISONS and condition.get("comparison") is None:
            yield f"{place}: comparison must be set if type is {condition['type']}"
        if anomaly and condition.get("comparison") is not None:
            yield f"{place}: comparison must not be set if type is anomaly_detection"
        for name in ("comparisonSensitivity", "comparisonThresholdType"):
            if anomaly and condition.get(name) is None:
                yield f"{place}: {name} is required if type is anomaly_detection"


def delta_belongs_to_percent(inputs: Inputs) -> Iterator[str]:
    """Check that a change in percent is measured against a time before; nothing else is."""
    kind, delta = at(inputs, "issueDetection.type"), at(inputs, "issueDetection.comparisonDelta")
    if kind == "percent" and delta is None:
        yield "issueDetection: comparisonDelta is required if type is percent"
    if kind in ("static", "dynamic") and delta is not None:
        yield f"issueDetection: comparisonDelta must not be set if type is {kind}"


def body_fits_method(inputs: Inputs) -> Iterator[str]:
    """Check that a request without a body has none."""
    if at(inputs, "method") in ("GET", "HEAD", "OPTIONS") and inputs.get("body") is not None:
        yield f"body must not be set if method is {at(inputs, 'method')}"


def filter_says_one_thing(inputs: Inputs) -> Iterator[str]:
    """Check that an inbound filter is on or off, or lists what it filters; only that for old browsers has a list."""
    active, listed = inputs.get("active"), inputs.get("subfilters")
    if (active is None) == (listed is None):
        yield "exactly one of active and subfilters must be set"
    elif listed is not None and at(inputs, "filterId") not in (None, "legacy-browsers"):
        yield f"subfilters can only be set for legacy-browsers, not for {inputs['filterId']}"


def limits_come_together(inputs: Inputs) -> Iterator[str]:
    """Check that a rate limit is a count in a window."""
    if (inputs.get("rateLimitCount") is None) != (inputs.get("rateLimitWindow") is None):
        yield "rateLimitCount and rateLimitWindow must be set together"


def widgets_have_queries(inputs: Inputs) -> Iterator[str]:
    """Check that a widget asks something, lies on the grid of six columns, and orders by what it shows."""
    for place, widget in walk(inputs, "widgets[]"):
        if not widget.get("queries"):
            yield f"{place}: queries is required"
        layout: dict[str, Any] = widget.get("layout") or {}
        missing = [name for name in ("x", "y", "w", "h", "minH") if layout.get(name) is None]
        if missing:
            yield f"{place}.layout: {', '.join(missing)} is required"
        elif layout["x"] + layout["w"] > 6:  # noqa: PLR2004
            yield f"{place}.layout: x + w must be at most 6, got {layout['x']} + {layout['w']}"
        for query in widget.get("queries") or []:
            order, shown = query.get("orderBy"), [*(query.get("fields") or []), *(query.get("aggregates") or [])]
            if isinstance(order, str) and order and order.removeprefix("-") not in shown:
                yield f"{place}: orderBy {order!r} must be one of the widget's fields: {', '.join(map(str, shown))}"


def project_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that what belongs to a project belongs to one that exists."""
    organization, project = str(inputs["organization"]), str(inputs["project"])
    if find_project(account, organization, project) is None:
        yield f"404 Not Found: project {project!r} doesn't exist in {organization!r}"


def monitors_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that an alert listens to monitors that exist: declared ones, or those that come with a project."""
    known = {row.id for kind in (METRIC_MONITOR, UPTIME_MONITOR, CRON_MONITOR) for row in account.all(kind)}
    known |= built_in_monitors(account)
    for identity in inputs.get("monitorIds") or []:
        if str(identity) not in known:
            yield f"400 Bad Request: detectorIds: monitor {identity} doesn't exist"


def integrations_exist(inputs: Inputs, _account: Account) -> Iterator[str]:
    """Check that an action uses an integration that is installed, and is of its own kind."""
    for place, action in walk(inputs, ACTION):
        for kind, settings in action.items():
            identity = settings.get("integrationId") if isinstance(settings, dict) else None
            if identity is not None and integration_kind(str(identity)) != kind:
                yield f"400 Bad Request: {place}.{kind}: there is no {kind} integration with id {identity}"


def service_integration_exists(inputs: Inputs, _account: Account) -> Iterator[str]:
    """Check that a PagerDuty service is added to the PagerDuty integration."""
    if integration_kind(str(inputs["integrationId"])) != "pagerduty":
        yield f"404 Not Found: there is no pagerduty integration with id {inputs['integrationId']}"


ALERT_RULES: tuple[Rule, ...] = (
    at_most("name", LONGEST_NAME),
    at_least_one("actionFilters"),
    at_least_one("actionFilters[].actions"),
    at_least_one("monitorIds"),
    between("frequencyMinutes", 5, 43200, " minutes"),
    one_of("actionFilters[].logicType", *LOGIC),
    kinds_are_known,
    exactly_one(*ACTIONS, within=ACTION),
    exactly_one(*CONDITIONS, within=CONDITION),
    exactly_one(
        "firstSeenEvent", "issueResolvedTrigger", "reappearedEvent", "regressionEvent", within="triggerConditions[]"
    ),
    *(
        one_of(f"{CONDITION}.{kind}.{name}", *INTERVALS)
        for kind in (
            "eventFrequencyCount",
            "eventFrequencyPercent",
            "eventUniqueUserFrequencyCount",
            "percentSessionsCount",
            "percentSessionsPercent",
        )
        for name in ("interval", "comparisonInterval")
    ),
    *(
        between(f"{CONDITION}.{kind}.value", 1, 2**31)
        for kind in (
            "ageComparison",
            "eventFrequencyCount",
            "eventFrequencyPercent",
            "eventUniqueUserFrequencyCount",
            "issueOccurrences",
            "percentSessionsCount",
            "percentSessionsPercent",
        )
    ),
    one_of(f"{CONDITION}.ageComparison.comparisonType", "older", "newer"),
    one_of(f"{CONDITION}.ageComparison.time", "minute", "hour", "day", "week"),
    one_of(f"{CONDITION}.assignedTo.targetType", "Unassigned", "Member", "Team"),
    one_of(f"{CONDITION}.eventFrequencyCount.filters[].match", *MATCHES),
    one_of(f"{CONDITION}.latestAdoptedRelease.ageComparison", "older", "newer"),
    one_of(f"{CONDITION}.latestAdoptedRelease.releaseAgeType", "oldest", "newest"),
    one_of(f"{CONDITION}.level.level", 10, 20, 30, 40, 50),
    one_of(f"{CONDITION}.level.match", "eq", "gte", "lte"),
    one_of(f"{CONDITION}.taggedEvent.match", *MATCHES),
    one_of(f"{CONDITION}.eventAttribute.match", *MATCHES),
    one_of(f"{ACTION}.email.targetType", "issue_owners", "team", "user"),
    one_of(f"{ACTION}.email.fallthroughType", "AllMembers", "ActiveMembers", "NoOne"),
    actions_are_complete,
    email_has_one_target,
    value_fits_match,
    assignee_is_named,
)
METRIC_MONITOR_RULES: tuple[Rule, ...] = (
    only(
        "conditionGroup.conditions[]",
        *("comparison", "comparisonSensitivity", "comparisonThresholdType", "conditionResult", "type"),
    ),
    only("issueDetection", "comparisonDelta", "type"),
    one_of(
        "dataset", "events", "transactions", "discover", "outcomes", "outcomes_raw", "sessions", "metrics",
        "generic_metrics",
        "replays", "profiles", "search_issues", "functions", "spans", "events_analytics_platform",
    ),
    one_of(
        "eventTypes[]", "error", "default", "transaction", "trace_item_span", "trace_item_log", "trace_item_metric"
    ),
    one_of("issueDetection.type", "static", "percent", "dynamic"),
    one_of("queryType", "error", "performance", "crash_rate"),
    one_of("extrapolationMode", "unknown", "none", "client_and_server_weighted", "server_weighted"),
    one_of("conditionGroup.logicType", *LOGIC),
    one_of("conditionGroup.conditions[].type", *COMPARISONS, "anomaly_detection"),
    one_of("conditionGroup.conditions[].conditionResult", 0, 25, 50, 75),
    one_of("conditionGroup.conditions[].comparisonSensitivity", "low", "medium", "high"),
    one_of("conditionGroup.conditions[].comparisonThresholdType", "above", "below", "above_and_below"),
    at_least_one("conditionGroup.conditions"),
    exactly_one("teamId", "userId", within="owner"),
    comparisons_are_complete,
    delta_belongs_to_percent,
)  # fmt: skip
UPTIME_RULES: tuple[Rule, ...] = (
    one_of("intervalSeconds", 60, 300, 600, 1200, 1800, 3600),
    one_of("method", "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"),
    matches("url", r"https?://\S+", "an http:// or https:// URL"),
    exactly_one("teamId", "userId", within="owner"),
    body_fits_method,
)
CRON_RULES: tuple[Rule, ...] = (
    exactly_one("crontab", "intervalValue", within="schedule"),
    one_of("schedule.intervalUnit", "year", "month", "week", "day", "hour", "minute"),
)
PROJECT_RULES: tuple[Rule, ...] = (
    at_least_one("teams"),
    at_most("name", 200),
    matches("slug", SLUG, "at most 50 lower case letters, digits, - and _, not only digits"),
    one_of("platform", *PLATFORMS),
)
KEY_RULES: tuple[Rule, ...] = (
    limits_come_together,
    between("rateLimitCount", 1, 1_000_000),
    between("rateLimitWindow", 1, 86_400, " seconds"),
)
DASHBOARD_RULES: tuple[Rule, ...] = (
    only("widgets[]", "displayType", "id", "interval", "layout", "limit", "queries", "title", "widgetType"),
    only(
        "widgets[].queries[]",
        *("aggregates", "columns", "conditions", "fieldAliases", "fields", "id", "name", "orderBy"),
    ),
    one_of("widgets[].displayType", "line", "area", "bar", "table", "big_number"),
    widgets_have_queries,
)
FILTER_RULES: tuple[Rule, ...] = (
    one_of("filterId", "browser-extensions", "localhost", "filtered-transaction", "web-crawlers", "legacy-browsers"),
    filter_says_one_thing,
)
OWNERSHIP_RULES: tuple[Rule, ...] = (
    one_of(
        "autoAssignment", "Auto Assign to Issue Owner", "Auto Assign to Suspect Commits", "Turn off Auto-Assignment"
    ),
)
ACTION_RULES: tuple[Rule, ...] = (
    one_of("serviceType", "email", "slack", "sentry_notification", "pagerduty", "opsgenie"),
    one_of("triggerType", "spike-protection"),
)
