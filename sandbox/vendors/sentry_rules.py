"""What Sentry refuses of projects and what belongs to them: the provider's validators and the API behind them.

Paths are getsentry/sentry's, below src/sentry/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.vendors.model import Rule, at, at_least_one, at_most, between, matches, one_of, only, read_in, walk
from sandbox.vendors.sentry_facts import DISPLAYS, PLATFORMS, PROVIDER, find_project, integration_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

SLUG = r"(?!\d+$)[a-z0-9_-]{1,100}"


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


def service_integration_exists(inputs: Inputs, _account: Account) -> Iterator[str]:
    """Check that a PagerDuty service is added to the PagerDuty integration."""
    if integration_kind(str(inputs["integrationId"])) != "pagerduty":
        yield f"404 Not Found: there is no pagerduty integration with id {inputs['integrationId']}"


PROJECT_RULES: tuple[Rule, ...] = (
    *read_in(PROVIDER, at_least_one("teams"), one_of("platform", *PLATFORMS)),
    *read_in(
        "core/endpoints/project_details.py, api/fields/sentry_slug.py",
        at_most("name", 200),
        between("digestsMinDelay", 60, 3600, " seconds"),
        between("digestsMaxDelay", 60, 3600, " seconds"),
        matches("slug", SLUG, "at most 100 lower case letters, digits, - and _, not only digits"),
    ),
)
KEY_RULES: tuple[Rule, ...] = (
    *read_in(f"{PROVIDER}: RequiredTogether", limits_come_together),
    *read_in(
        "api/serializers/rest_framework/project_key.py, RateLimitSerializer",
        between("rateLimitCount", 0, 2**31),
        between("rateLimitWindow", 0, 86_400, " seconds"),
    ),
)
DASHBOARD_RULES: tuple[Rule, ...] = (
    *read_in(
        PROVIDER,
        only("widgets[]", "displayType", "id", "interval", "layout", "limit", "queries", "title", "widgetType"),
        only(
            "widgets[].queries[]",
            *("aggregates", "columns", "conditions", "fieldAliases", "fields", "id", "name", "orderBy"),
        ),
        one_of("widgets[].displayType", *DISPLAYS),
    ),
    *read_in(
        "api/serializers/rest_framework/dashboard.py",
        widgets_have_queries,
    ),
)
FILTER_RULES: tuple[Rule, ...] = read_in(
    "docs.sentry.io/api/projects/update-an-inbound-data-filter, and the provider's conflicts",
    one_of("filterId", "browser-extensions", "localhost", "filtered-transaction", "web-crawlers", "legacy-browsers"),
    filter_says_one_thing,
)
OWNERSHIP_RULES: tuple[Rule, ...] = read_in(
    PROVIDER,
    one_of(
        "autoAssignment", "Auto Assign to Issue Owner", "Auto Assign to Suspect Commits", "Turn off Auto-Assignment"
    ),
)
ACTION_RULES: tuple[Rule, ...] = read_in(
    PROVIDER,
    one_of("serviceType", "email", "slack", "sentry_notification", "pagerduty", "opsgenie"),
    one_of("triggerType", "spike-protection"),
)
PROJECT_EXISTS = read_in("the provider's calls, organizations/{o}/projects/{p}/: 404", project_exists)
SERVICE_RULES = read_in("the provider's calls, organizations/{o}/integrations/{id}/: 404", service_integration_exists)
