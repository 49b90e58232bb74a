"""What Sentry refuses of alerts. Paths are getsentry/sentry's, below src/sentry/; `wf` is workflow_engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.vendors.model import Rule, at_least_one, at_most, between, exactly_one, matches, one_of, read_in, walk
from sandbox.vendors.sentry_facts import (
    ACTIONS,
    ATTRIBUTES,
    CONDITIONS,
    CRON_MONITOR,
    METRIC_MONITOR,
    PROVIDER,
    UPTIME_MONITOR,
    built_in_monitors,
    integration_kind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

INTERVALS = ("1m", "5m", "15m", "1h", "1d", "1w", "30d")
MATCHES = ("co", "ew", "eq", "gte", "gt", "is", "in", "lte", "lt", "nc", "new", "ne", "ns", "nsw", "nin", "sw")
LOGIC = ("any", "any-short", "all", "none")
CONDITION = "actionFilters[].conditions[]"
ACTION = "actionFilters[].actions[]"
COUNTED = ("eventFrequencyCount", "eventFrequencyPercent", "eventUniqueUserFrequencyCount")
SHARES = ("percentSessionsCount", "percentSessionsPercent")

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
    """`is` and `ns` ask whether there is a value: they take none, and all others one."""
    for kind in ("taggedEvent", "eventAttribute"):
        for place, condition in walk(inputs, f"{CONDITION}.{kind}"):
            if condition.get("match") in ("is", "ns") and condition.get("value") is not None:
                yield f"{place}: value must not be set if match is {condition['match']}"
            elif condition.get("match") not in ("is", "ns") and condition.get("value") is None:
                yield f"{place}: value is required if match is {condition.get('match')}"


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


ALERT_RULES: tuple[Rule, ...] = (
    *read_in(
        PROVIDER,
        at_least_one("actionFilters"),
        at_least_one("actionFilters[].actions"),
        one_of("actionFilters[].logicType", *LOGIC),
        kinds_are_known,
        exactly_one(*ACTIONS, within=ACTION),
        exactly_one(*CONDITIONS, within=CONDITION),
        exactly_one(
            "firstSeenEvent", "issueResolvedTrigger", "reappearedEvent", "regressionEvent", within="triggerConditions[]"
        ),
        *(
            one_of(f"{CONDITION}.{kind}.{name}", *INTERVALS)
            for kind in (*COUNTED, *SHARES)
            for name in ("interval", "comparisonInterval")
        ),
        one_of(f"{CONDITION}.ageComparison.comparisonType", "older", "newer"),
        one_of(f"{CONDITION}.ageComparison.time", "minute", "hour", "day", "week"),
        one_of(f"{CONDITION}.assignedTo.targetType", "Unassigned", "Member", "Team"),
        one_of(f"{CONDITION}.eventFrequencyCount.filters[].match", *MATCHES),
        one_of(f"{CONDITION}.latestAdoptedRelease.ageComparison", "older", "newer"),
        one_of(f"{CONDITION}.latestAdoptedRelease.releaseAgeType", "oldest", "newest"),
        one_of(f"{CONDITION}.level.match", "eq", "gte", "lte"),
        one_of(f"{CONDITION}.taggedEvent.match", *MATCHES),
        one_of(f"{CONDITION}.eventAttribute.match", *MATCHES),
        one_of(f"{ACTION}.email.targetType", "issue_owners", "team", "user"),
        one_of(f"{ACTION}.email.fallthroughType", "AllMembers", "ActiveMembers", "NoOne"),
        actions_are_complete,
        email_has_one_target,
        assignee_is_named,
    ),
    *read_in("wf/endpoints/validators/base/workflow.py", at_most("name", 256)),
    *read_in(
        "wf/handlers/condition/event_attribute_handler.py: ATTR_CHOICES",
        one_of(f"{CONDITION}.eventAttribute.attribute", *ATTRIBUTES),
    ),
    *read_in("wf/models/workflow.py, config_schema: minimum 0", between("frequencyMinutes", 0, 2**31, " minutes")),
    *read_in("no source found: an alert on nothing tells nobody", at_least_one("monitorIds")),
    *read_in(
        "wf/endpoints/validators/api_docs_help_text.py",
        one_of(f"{CONDITION}.level.level", 0, 10, 20, 30, 40, 50),
        *(between(f"{CONDITION}.{kind}.value", 0, 2**31) for kind in ("ageComparison", "issueOccurrences")),
    ),
    *read_in(
        "wf/handlers/condition/event_frequency_handlers.py",
        *(between(f"{CONDITION}.{kind}.value", 0, 2**31) for kind in COUNTED),
        *(between(f"{CONDITION}.{kind}.value", 0, 100) for kind in SHARES),
    ),
    *read_in(
        "wf/handlers/condition/tagged_event_handler.py, event_attribute_handler.py",
        value_fits_match,
        matches(f"{CONDITION}.taggedEvent.key", r"[a-zA-Z0-9_.:-]+", "a tag's key"),
    ),
)
ALERT_ACCOUNT_RULES = read_in(
    "wf/endpoints/validators: what an alert names has to exist", monitors_exist, integrations_exist
)
