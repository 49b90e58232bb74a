"""What is known of Sentry: type tokens, closed lists, what is installed, and how its numbers come about.

Paths are getsentry/sentry's, below src/sentry/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.vendors.account import Account, Row

PROVIDER = "terraform-provider-sentry 0.15.4: the schema's validators"
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
COMPARISONS = ("gte", "gt", "lte", "lt")
# snuba/snuba_query_validator.py: which data sets and types of events a type of query has.
SPANS = "events_analytics_platform"
VALID_DATASETS = {
    "error": ("events",),
    "performance": ("transactions", "generic_metrics", SPANS),
    "crash_rate": ("metrics",),
}
VALID_EVENT_TYPES = {
    "error": ("error", "default"),
    "performance": ("transaction", "trace_item_span", "trace_item_log", "trace_item_metric"),
}
DATASETS = (
    "events", "transactions", "discover", "outcomes", "outcomes_raw", "sessions", "metrics", "generic_metrics",
    "replays", "profiles", "search_issues", "functions", "spans", SPANS,
)  # fmt: skip
EVENT_TYPES = ("error", "default", "transaction", "trace_item_span", "trace_item_log", "trace_item_metric")
# terraform-provider-sentry 0.15.4, internal/sentrydata/sentrydata.go; an older rules/conditions/event_attribute.py
# calls one of them unreal.crashtype.
ATTRIBUTES = (
    "message", "platform", "environment", "type", "error.handled", "error.unhandled", "error.main_thread",
    "exception.type", "exception.value", "user.id", "user.email", "user.username", "user.ip_address", "http.method",
    "http.url", "http.status_code", "sdk.name", "stacktrace.code", "stacktrace.module", "stacktrace.filename",
    "stacktrace.abs_path", "stacktrace.package", "unreal.crash_type", "unreal.crashtype", "app.in_foreground",
    "os.distribution_name", "os.distribution_version", "symbolicated_in_app", "ota_updates.channel",
    "ota_updates.runtime_version", "ota_updates.update_id",
)  # fmt: skip
# terraform-provider-sentry 0.15.4: internal/sentrydata/sentrydata.go, as the widgets' below.
PLATFORMS = (
    "android", "apple", "apple-ios", "apple-macos", "bun", "capacitor", "cordova", "dart", "deno", "dotnet",
    "dotnet-aspnet", "dotnet-aspnetcore", "dotnet-awslambda", "dotnet-gcpfunctions", "dotnet-maui", "dotnet-uwp",
    "dotnet-winforms", "dotnet-wpf", "dotnet-xamarin", "electron", "elixir", "flutter", "go", "go-echo",
    "go-fasthttp", "go-fiber", "go-gin", "go-http", "go-iris", "go-martini", "go-negroni", "godot", "ionic", "java",
    "java-log4j2", "java-logback", "java-spring", "java-spring-boot", "javascript", "javascript-angular",
    "javascript-astro", "javascript-ember", "javascript-gatsby", "javascript-nextjs", "javascript-nuxt",
    "javascript-react", "javascript-react-router", "javascript-remix", "javascript-solid", "javascript-solidstart",
    "javascript-svelte", "javascript-sveltekit", "javascript-tanstackstart-react", "javascript-vue", "kotlin",
    "minidump", "native", "native-qt", "nintendo-switch", "node", "node-awslambda", "node-azurefunctions",
    "node-cloudflare-pages", "node-cloudflare-workers", "node-connect", "node-express", "node-fastify",
    "node-gcpfunctions", "node-hapi", "node-hono", "node-koa", "node-nestjs", "other", "php", "php-laravel",
    "php-symfony", "playstation", "powershell", "python", "python-aiohttp", "python-asgi", "python-awslambda",
    "python-bottle", "python-celery", "python-chalice", "python-django", "python-falcon", "python-fastapi",
    "python-flask", "python-gcpfunctions", "python-litestar", "python-pylons", "python-pymongo", "python-pyramid",
    "python-quart", "python-rq", "python-sanic", "python-serverless", "python-starlette", "python-tornado",
    "python-tryton", "python-wsgi", "react-native", "ruby", "ruby-rack", "ruby-rails", "rust", "unity", "unreal",
    "xbox",
)  # fmt: skip
DISPLAYS = (
    "line", "area", "bar", "table", "big_number", "details", "categorical_bar", "wheel", "rage_and_dead_clicks",
    "server_tree", "text", "agents_traces_table", "heatmap",
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
