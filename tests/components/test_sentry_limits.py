"""Events that Sentry tells nobody of, and what it doesn't take."""

import pytest

from components.sentry import limits
from components.vocabulary import (
    AtLeast,
    Attribute,
    ErrorCount,
    ErrorTracking,
    FailedTransactions,
    Issues,
    Tagged,
    Webhook,
    minutes,
    percent,
    times,
)
from components.vocabulary.at_sentry import ErrorDashboard, ErrorView
from tests.components.conftest import declare
from tests.refusals import said
from tests.tiny import PRODUCTION, ROW, STAGING, alert, scope

NEVER = (
    Attribute("http.url", "contains", "/test"),
    Tagged("probe", "is set"),
    AtLeast("fatal"),
)


def test_events_that_no_alert_is_told_of_are_excluded_by_the_opposite_condition():
    errors = ErrorTracking("node", rows=ROW, never=NEVER)
    made = declare(scope(errors=errors, alerts=(alert("new", Issues(on=("new",), where=(AtLeast("error"),))),)))
    (action_filter,) = made.one("Alert", "new")["actionFilters"]
    assert action_filter["logicType"] == "all"
    assert action_filter["conditions"] == [
        {"level": {"level": 40, "match": "gte"}},
        {"eventAttribute": {"attribute": "http.url", "match": "nc", "value": "/test"}},
        {"taggedEvent": {"key": "probe", "match": "ns"}},
        {"level": {"level": 40, "match": "lte"}},
        {"taggedEvent": {"key": "environment", "match": "eq", "value": "production"}},
    ]


def found(**other):
    return said(limits.problems(scope(**({"alerts": ()} | other))))


def test_a_number_is_one_and_a_page_holds_thirty():
    two = ErrorView("Two", "number", ("count", "users"))
    page = ErrorDashboard("errors", "x", (two, *(ErrorView("All", "number", ("count",)),) * 30), rows=ROW)
    texts = found(errors=ErrorTracking("node", rows=ROW, dashboard=page))
    assert texts == [
        "dashboard 'errors', `views`: 31 are more than the 30 that a Sentry dashboard can hold. -> at most 30",
        "dashboard 'errors', view 'Two', `shows`: 'count, users' is more than one number. -> shape=\"table\"",
    ]


def test_nothing_can_not_be_alerted_on():
    (problem,) = found(errors=ErrorTracking("node", rows=ROW, never=(AtLeast("debug"),)))
    assert problem.startswith("errors, `never`: 'level at least debug' matches every event")


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (ErrorCount().over(minutes(5)).above(times(5), lasting=minutes(5)), "`lasting`: '5 minutes' isn't supported"),
        (ErrorCount(by=("url",)).over(minutes(5)).above(times(5)), "`by`: 'url' would be left out"),
        (ErrorCount().over(minutes(5)).above(times(5), warn=times(2)), "`warn`: '2' would leave the incident open"),
        (FailedTransactions().over(minutes(1)).above(percent(5)), "`over`: '1 minute' is shorter than any window"),
        (ErrorCount("release:latest").over(minutes(5)).above(times(5)), "`search`: 'release:latest' is not supported"),
        (ErrorCount("environment:x").over(minutes(5)).above(times(5)), "`search`: 'environment:x' names an environ"),
        (ErrorCount("transaction:/pay").over(minutes(5)).above(times(5)), "`search`: 'transaction:/pay' matches"),
        (Issues(more_than=times(0), within="1h"), "`more_than`: '0' isn't a count that Sentry can compare with"),
        (Issues(more_than=times(2.5), within="1h"), "`more_than`: '2.5' isn't a count that Sentry can compare with"),
    ],
)
def test_what_a_monitor_can_not_watch_is_refused(when, text):
    (problem,) = found(alerts=(alert("many", when),))
    assert problem.startswith(f"alert 'many', {text}")


def test_the_first_number_of_events_is_more_than_one():
    assert found(alerts=(alert("twice", Issues(more_than=times(1), within="1h")),)) == []


@pytest.mark.parametrize(
    ("platform", "search", "refused"),
    [
        ("javascript-nextjs", "transaction:/api/payment/*", True),
        ("javascript-nextjs", "level:error !transaction:[/api/a,/api/b]", True),
        ("javascript-nextjs", "transaction:/checkout", False),
        ("javascript-nextjs", "transaction:*/api/payment/*", False),
        ("node-express", 'transaction:"/pay"', True),
        ("node-express", 'transaction:"POST /pay"', False),
        ("python-flask", "transaction:/pay", False),
        ("python-flask", "deployment.environment:blue", False),
    ],
)
def test_a_search_for_transactions_that_the_sdk_names_otherwise_is_refused(platform, search, refused):
    view = ErrorView("Payments", "lines", ("count",), search=search)
    errors = ErrorTracking(platform, rows=ROW, dashboard=ErrorDashboard("errors", "x", (view,), rows=ROW))
    texts = found(errors=errors)
    assert bool(texts) is refused
    assert all(text.startswith("dashboard 'errors', view 'Payments', `search`: ") for text in texts)


def test_a_webhook_is_refused():
    hook = Webhook("bot")
    told = alert("new", Issues(on=("new",)), tell=(hook,))
    (problem,) = found(alerts=(told,))
    assert problem.startswith("alert 'new', `tell`: 'Webhook bot' isn't a receiver that Sentry can notify.")


@pytest.mark.parametrize(("where", "ending"), [(PRODUCTION, ""), (STAGING, "-staging")])
def test_a_project_may_be_called_otherwise_than_the_product(where, ending):
    errors = ErrorTracking("node", rows=ROW, project="tiny-api", title="Tiny API")
    project = declare(scope(where, errors=errors, alerts=())).one("Project", "sentry-project")
    assert (project["slug"], project["name"]) == (f"tiny-api{ending}", f"Tiny API{ending}")
