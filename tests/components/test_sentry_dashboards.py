"""Sentry's dashboards: what each view becomes, and where it stands."""

import pytest

from components.vocabulary import (
    ErrorTracking,
)
from components.vocabulary.at_sentry import ErrorDashboard, ErrorView
from tests.components.conftest import declare
from tests.tiny import PRODUCTION, ROW, STAGING, scope

VIEWS = (
    ErrorView("All", "number", ("count",), search="!level:info"),
    ErrorView("By page", "table", ("users", "count"), by="transaction", sort="users"),
    ErrorView("Slow", "table", ("p50", "p95"), of="requests", by="transaction"),
    ErrorView("Rate", "lines", ("per minute",)),
    ErrorView("Users", "number", ("users",)),
)


def drawn(environment=PRODUCTION):
    errors = ErrorTracking("node", rows=ROW, dashboard=ErrorDashboard("errors", "Errors", VIEWS, rows=ROW))
    return declare(scope(environment, errors=errors, alerts=()))


@pytest.fixture(scope="module")
def made():
    return drawn()


def widgets(made):
    return {widget["title"]: widget for widget in made.one("Dashboard", "sentry-dashboard-errors")["widgets"]}


@pytest.mark.parametrize(
    ("environment", "title", "narrowed"),
    [
        (PRODUCTION, "[production] Tiny: Errors", ["project:tiny", "environment:production"]),
        (STAGING, "[staging] Tiny: Errors", ["project:tiny-staging", "environment:staging"]),
    ],
    ids=["production", "staging"],
)
def test_each_view_shows_the_project_and_environment_that_the_title_says(environment, title, narrowed):
    page = drawn(environment).one("Dashboard", "sentry-dashboard-errors")
    assert page["title"] == title
    for widget in page["widgets"]:
        (query,) = widget["queries"]
        assert query["conditions"].split()[:2] == narrowed


@pytest.mark.parametrize(
    ("title", "shape", "fields", "order"),
    [
        ("All", ("big_number", "error-events"), ["count()"], "-count()"),
        ("By page", ("table", "error-events"), ["transaction", "count_unique(user)", "count()"], "-count_unique(user)"),
        (
            "Slow",
            ("table", "spans"),
            ["transaction", "p50(span.duration)", "p95(span.duration)"],
            "-p95(span.duration)",
        ),
        ("Rate", ("line", "error-events"), ["epm()"], "-epm()"),
    ],
)
def test_a_view_becomes_a_widget(made, title, shape, fields, order):
    widget = widgets(made)[title]
    (query,) = widget["queries"]
    assert (widget["displayType"], widget["widgetType"]) == shape
    assert (query["fields"], query["orderBy"]) == (fields, order)
    assert [*query["columns"], *query["aggregates"]] == fields


def test_requests_are_transactions_and_a_search_is_added(made):
    assert "is_transaction:true" in widgets(made)["Slow"]["queries"][0]["conditions"]
    assert widgets(made)["All"]["queries"][0]["conditions"].endswith("!level:info")


def test_widgets_never_overlap(made):
    cells = [
        (place["x"] + x, place["y"] + y)
        for place in (widget["layout"] for widget in widgets(made).values())
        for x in range(place["w"])
        for y in range(place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 6


def test_widgets_fill_six_columns_in_their_order(made):
    places = [(widget["layout"]["x"], widget["layout"]["y"]) for widget in widgets(made).values()]
    assert places == [(0, 0), (2, 0), (0, 3), (3, 3), (0, 6)]
