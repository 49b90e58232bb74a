"""Sentry, as far as this project declares it (terraform-provider-sentry 0.15): types, ids, outputs, look-ups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.vendors import ids
from sandbox.vendors import sentry_alert_rules as alerts
from sandbox.vendors import sentry_monitor_rules as monitors
from sandbox.vendors import sentry_probe_rules as probes
from sandbox.vendors import sentry_rules as rules
from sandbox.vendors.diff import json_text, unordered
from sandbox.vendors.model import Lookup, Made, Refused, ResourceType, Vendor, evidenced
from sandbox.vendors.sentry_facts import (
    ALERT,
    CRON_MONITOR,
    DASHBOARD,
    INBOUND_FILTER,
    INTEGRATIONS,
    KEY,
    METRIC_MONITOR,
    NOTIFICATION_ACTION,
    OWNERSHIP,
    PAGERDUTY,
    PROJECT,
    SPIKE_PROTECTION,
    TEAM,
    UPTIME_MONITOR,
    find_project,
    integration_id,
    internal_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

# Which of the two says so is in the words: an attribute is the provider's, a status and an answer the API's.
READ = (
    "jianyuan/terraform-provider-sentry 0.15.4: internal/provider; getsentry/sentry: src/sentry, the API's validators"
)
INGEST = "o4500000000000000.ingest.sentry.invalid"


def slugified(text: str) -> str:
    """Make a slug the way Sentry does when none is given."""
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-")


def slug_of(_token: str, inputs: Inputs) -> str:
    """Return the slug that was asked for, or one made from the name."""
    return str(inputs.get("slug") or slugified(str(inputs.get("name", ""))))


def _project_number(made: Made) -> str:
    row = find_project(made.account, str(made.inputs["organization"]), str(made.inputs["project"]))
    return str(row.outputs["internalId"]) if row else ""


def _project_slug(made: Made) -> str:
    row = find_project(made.account, str(made.inputs["organization"]), str(made.inputs["project"]))
    return row.id if row else str(made.inputs["project"])


def _secret_key(made: Made) -> str:
    return made.account.derived(f"{made.id} secret")[:32]


def _public_dsn(made: Made) -> str:
    return f"https://{made.id}@{INGEST}/{_project_number(made)}"


def _secret_dsn(made: Made) -> str:
    return f"https://{made.id}:{_secret_key(made)}@{INGEST}/{_project_number(made)}"


def _csp_dsn(made: Made) -> str:
    return f"https://{INGEST}/api/{_project_number(made)}/csp-report/?sentry_key={made.id}"


MONITOR_OUTPUTS: dict[str, Callable[[Made], object]] = {"enabled": lambda _made: True}
OWNED_BY_PROJECT = frozenset({"organization", "project"})

TYPES = {
    ALERT: ResourceType(
        required=("actionFilters", "frequencyMinutes", "monitorIds", "name", "organization"),
        optional=("enabled", "environment", "legacyTriggerConditions", "triggerConditions"),
        identify=ids.short_number,
        outputs=MONITOR_OUTPUTS,
        replace_on=frozenset({"organization"}),
        rules=alerts.ALERT_RULES,
        account_rules=alerts.ALERT_ACCOUNT_RULES,
    ),
    METRIC_MONITOR: ResourceType(
        required=(
            "aggregate", "conditionGroup", "dataset", "eventTypes", "issueDetection", "name", "organization", "project",
        ),
        optional=(
            "description", "enabled", "environment", "extrapolationMode", "owner", "query", "queryType",
            "timeWindowSeconds",
        ),
        identify=ids.short_number,
        outputs=MONITOR_OUTPUTS,
        replace_on=OWNED_BY_PROJECT,
        rules=monitors.METRIC_MONITOR_RULES,
        account_rules=(*rules.PROJECT_EXISTS, *monitors.METRIC_MONITOR_ACCOUNT_RULES),
    ),
    UPTIME_MONITOR: ResourceType(
        required=("environment", "intervalSeconds", "method", "name", "organization", "project", "timeoutMs", "url"),
        optional=(
            "assertionJson", "body", "description", "downtimeThreshold", "enabled", "headers", "owner",
            "recoveryThreshold",
        ),
        identify=ids.short_number,
        outputs={**MONITOR_OUTPUTS, "downtimeThreshold": lambda _made: 3, "recoveryThreshold": lambda _made: 1},
        replace_on=OWNED_BY_PROJECT,
        rules=probes.UPTIME_RULES,
        account_rules=rules.PROJECT_EXISTS,
    ),
    CRON_MONITOR: ResourceType(
        required=(
            "checkinMarginMinutes", "failureIssueThreshold", "maxRuntimeMinutes", "name", "organization", "project",
            "recoveryThreshold", "schedule",
        ),
        optional=("description", "enabled", "owner", "timezone"),
        identify=ids.short_number,
        outputs={**MONITOR_OUTPUTS, "timezone": lambda _made: "UTC"},
        replace_on=OWNED_BY_PROJECT,
        rules=probes.CRON_RULES,
        account_rules=rules.PROJECT_EXISTS,
    ),
    TEAM: ResourceType(
        required=("name", "organization"),
        optional=("sentryTeamId", "slug"),
        identify=slug_of,
        outputs={
            "slug": lambda made: made.id,
            "internalId": lambda made: internal_id(made.account, str(made.inputs["organization"]), "team", made.id),
            "hasAccess": lambda _made: True,
            "isMember": lambda _made: True,
            "isPending": lambda _made: False,
        },
        unique={("organization", "slug"): "getsentry/sentry, models/team.py, models/project.py: unique_together"},
    ),
    PROJECT: ResourceType(
        required=("name", "organization", "teams"),
        optional=(
            "clientSecurity", "defaultKey", "defaultRules", "digestsMaxDelay", "digestsMinDelay", "filters",
            "fingerprintingRules", "groupingEnhancements", "highlightTags", "platform", "resolveAge", "slug",
        ),
        identify=slug_of,
        outputs={
            "slug": lambda made: made.id,
            "internalId": lambda made: internal_id(made.account, str(made.inputs["organization"]), "project", made.id),
            "features": lambda _made: ["issue-streams", "releases"],
            # issues/highlights.py, get_highlight_preset_for_project
            "highlightTags": lambda _made: ["handled", "level", "url"],
        },
        unique={("organization", "slug"): "getsentry/sentry, models/team.py, models/project.py: unique_together"},
        # resource_project.go, Create; terraform-provider-sentry issue 942
        left_out_on_create=frozenset({"highlightTags"}),
        rules=rules.PROJECT_RULES,
    ),
    KEY: ResourceType(
        required=("name", "organization", "project"),
        optional=("javascriptLoaderScript", "rateLimitCount", "rateLimitWindow"),
        identify=ids.hex32,
        outputs={
            "public": lambda made: made.id,
            "secret": _secret_key,
            "projectId": _project_number,
            "dsnPublic": _public_dsn,
            "dsnSecret": _secret_dsn,
            "dsnCsp": _csp_dsn,
            "dsn": lambda made: {"public": _public_dsn(made), "secret": _secret_dsn(made), "csp": _csp_dsn(made)},
        },
        secret=frozenset({"dsn", "dsnSecret", "secret"}),
        rules=rules.KEY_RULES,
        account_rules=rules.PROJECT_EXISTS,
    ),
    DASHBOARD: ResourceType(
        required=("organization", "title"),
        optional=("widgets",),
        identify=lambda token, inputs: f"{inputs['organization']}/{ids.short_number(token, inputs)}",
        outputs={"internalId": lambda made: made.id.split("/")[1]},
        rules=rules.DASHBOARD_RULES,
    ),
    INBOUND_FILTER: ResourceType(
        required=("filterId", "organization", "project"),
        optional=("active", "subfilters"),
        identify=lambda _token, inputs: f"{inputs['organization']}/{inputs['project']}/{inputs['filterId']}",
        replace_on=frozenset({"filterId"}),
        rules=rules.FILTER_RULES,
        account_rules=rules.PROJECT_EXISTS,
    ),
    SPIKE_PROTECTION: ResourceType(
        required=("enabled", "organization", "project"),
        optional=(),
        identify=lambda _token, inputs: f"{inputs['organization']}/{inputs['project']}",
        # resource_project_spike_protection.go, Fill
        read_back={"project": _project_slug},
        account_rules=rules.PROJECT_EXISTS,
    ),
    OWNERSHIP: ResourceType(
        required=("autoAssignment", "codeownersAutoSync", "fallthrough", "organization", "project", "raw"),
        optional=(),
        identify=lambda _token, inputs: f"{inputs['organization']}/{inputs['project']}/ownership",
        rules=rules.OWNERSHIP_RULES,
        account_rules=rules.PROJECT_EXISTS,
    ),
    NOTIFICATION_ACTION: ResourceType(
        required=("organization", "projects", "serviceType", "triggerType"),
        optional=("integrationId", "targetDisplay", "targetIdentifier"),
        identify=ids.short_number,
        rules=rules.ACTION_RULES,
    ),
    PAGERDUTY: ResourceType(
        required=("integrationId", "integrationKey", "organization", "service"),
        optional=(),
        identify=ids.short_number,
        # The real provider leaves the key readable in the state; here a stack is only as safe as the program makes it.
        account_rules=rules.SERVICE_RULES,
    ),
}  # fmt: skip


def get_project_monitor(kind: str) -> Lookup:
    """Look up a monitor that Sentry makes with every project: errors, or the stream of issues."""

    def look_up(inputs: Inputs, account: Account) -> Inputs:
        organization, project = str(inputs["organization"]), str(inputs["project"])
        row = find_project(account, organization, project)
        if row is None:
            read = "the provider's calls, projects/{o}/{p}/: 404"
            raise Refused(evidenced(f"404 Not Found: project {project!r} doesn't exist in {organization!r}", read))
        return {
            "id": internal_id(account, organization, f"{kind} monitor", row.id),
            "name": "Error Monitor" if kind == "error" else "Issue Stream",
            "organization": organization,
            "project": project,
            "enabled": True,
        }

    return look_up


def get_organization_integration(inputs: Inputs, account: Account) -> Inputs:
    """Return an installed integration, by the key of its provider and its name."""
    provider, name, organization = str(inputs["providerKey"]), str(inputs["name"]), str(inputs["organization"])
    if provider not in INTEGRATIONS:
        read = "terraform-provider-sentry 0.15.4, data_source_organization_integration.go"
        raise Refused(evidenced(f"no integration of provider {provider!r} is installed in {organization!r}", read))
    number = integration_id(account, provider, name)
    return {"id": number, "internalId": number, "name": name, "organization": organization, "providerKey": provider}


def get_organization(inputs: Inputs, account: Account) -> Inputs:
    """Return an organisation by its slug; the token's, whichever it is."""
    slug = str(inputs["slug"])
    return {"id": slug, "internalId": internal_id(account, slug, "organization", slug), "name": slug, "slug": slug}


def get_team(inputs: Inputs, account: Account) -> Inputs:
    """Return a team by its slug; teams are people's, so any slug is taken to exist."""
    organization, slug = str(inputs["organization"]), str(inputs["slug"])
    number = internal_id(account, organization, "team", slug)
    return {
        "id": slug, "internalId": number, "name": slug, "slug": slug, "organization": organization,
        "hasAccess": True, "isMember": True, "isPending": False,
    }  # fmt: skip


VENDOR = Vendor(
    name="sentry",
    schema="the schema of terraform-provider-sentry 0.15.4",
    types=TYPES,
    lookups={
        "sentry:index/getProjectErrorMonitor:getProjectErrorMonitor": get_project_monitor("error"),
        "sentry:index/getProjectIssueStreamMonitor:getProjectIssueStreamMonitor": get_project_monitor("issue_stream"),
        "sentry:index/getOrganizationIntegration:getOrganizationIntegration": get_organization_integration,
        "sentry:index/getOrganization:getOrganization": get_organization,
        "sentry:index/getTeam:getTeam": get_team,
    },
    normalise={
        **dict.fromkeys(("monitorIds", "teams", "eventTypes", "aggregates", "columns", "subfilters"), unordered),
        **dict.fromkeys(("highlightTags", "labels"), unordered),
        "assertionJson": json_text,
    },
)
