"""What is known of Sentry: type tokens, closed lists, what is installed, and how its numbers come about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.vendors.store import Account, Row

ALERT = "sentry:index/alert:Alert"
METRIC_MONITOR = "sentry:index/metricMonitor:MetricMonitor"
UPTIME_MONITOR = "sentry:index/uptimeMonitor:UptimeMonitor"
CRON_MONITOR = "sentry:index/cronMonitor:CronMonitor"
TEAM = "sentry:index/team:Team"
PROJECT = "sentry:index/project:Project"
KEY = "sentry:index/key:Key"
DASHBOARD = "sentry:index/dashboard:Dashboard"
INBOUND_FILTER = "sentry:index/projectInboundDataFilter:ProjectInboundDataFilter"
SPIKE_PROTECTION = "sentry:index/projectSpikeProtection:ProjectSpikeProtection"
OWNERSHIP = "sentry:index/projectOwnership:ProjectOwnership"
NOTIFICATION_ACTION = "sentry:index/notificationAction:NotificationAction"
PAGERDUTY = "sentry:index/integrationPagerduty:IntegrationPagerduty"

# What somebody has installed in the organisation's settings; the provider can't, so it is there from the start.
INTEGRATIONS = ("slack", "pagerduty", "opsgenie", "msteams", "discord", "github", "jira", "vsts")

ACTIONS = (
    "discord", "email", "github", "jira", "jiraServer", "msteams", "opsgenie", "pagerduty", "plugin", "sentryApp",
    "slack",
    "vsts", "webhook",
)  # fmt: skip
CONDITIONS = (
    "ageComparison", "assignedTo", "eventAttribute", "eventFrequencyCount", "eventFrequencyPercent",
    "eventUniqueUserFrequencyCount", "issueCategory", "issueOccurrences", "issuePriorityDeescalating",
    "issuePriorityGreaterOrEqual", "issueType", "latestAdoptedRelease", "latestRelease", "level",
    "percentSessionsCount",
    "percentSessionsPercent", "taggedEvent",
)  # fmt: skip
COMPARISONS = ("eq", "gte", "gt", "lte", "lt", "ne")
# The platforms of this project's kind of application; Sentry has some hundred.
PLATFORMS = (
    "android", "apple-ios", "dart-flutter", "flutter", "go", "java", "javascript", "javascript-astro",
    "javascript-nextjs",
    "javascript-react", "javascript-remix", "javascript-svelte", "javascript-sveltekit", "javascript-vue", "node",
    "node-express", "node-fastify", "node-nestjs", "other", "php", "php-laravel", "python", "python-aiohttp",
    "python-celery",
    "python-django", "python-fastapi", "python-flask", "python-starlette", "react-native", "ruby", "ruby-rails", "rust",
)  # fmt: skip


def internal_id(account: Account, organization: str, kind: str, slug: str) -> str:
    """Return the number behind a slug; it is the same for one slug for as long as the data are kept."""
    return str(4_500_000_000_000_000 + int(account.derived(f"{organization}/{kind}/{slug}"), 16) % 9_000_000_000)


def find_project(account: Account, organization: str, project: str) -> Row | None:
    """Return the project with this slug or internal id."""
    for row in account.all(PROJECT):
        names = (row.inputs.get("slug") or row.id, row.outputs.get("internalId"))
        if row.inputs.get("organization") == organization and project in names:
            return row
    return None


def built_in_monitors(account: Account) -> set[str]:
    """Return the ids of the monitors that Sentry makes with every project."""
    return {
        internal_id(account, str(row.inputs["organization"]), f"{kind} monitor", row.id)
        for row in account.all(PROJECT)
        for kind in ("error", "issue_stream")
    }


def integration_id(account: Account, provider: str, name: str) -> str:
    """Return the id of an installed integration: six digits, of which the first says which provider it is of."""
    number = int(account.derived(f"integration {provider} {name}"), 16) % 100_000
    return f"{INTEGRATIONS.index(provider) + 1}{number:05d}"


def integration_kind(identity: str) -> str | None:
    """Return the provider an integration's id belongs to; None when no integration has such an id."""
    if len(identity) != 6 or not identity.isdigit() or not 1 <= int(identity[0]) <= len(INTEGRATIONS):  # noqa: PLR2004
        return None
    return INTEGRATIONS[int(identity[0]) - 1]
