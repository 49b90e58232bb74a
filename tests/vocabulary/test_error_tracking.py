import pytest

from components.vocabulary import (
    AtLeast,
    Attribute,
    ErrorCount,
    ErrorTracking,
    FailedTransactions,
    Issues,
    Tagged,
    Unit,
    hours,
    minutes,
    percent,
    times,
)
from tests.refusals import refused


def test_issues_without_any_condition_are_refused():
    assert refused(Issues) == ['`where`: is missing: every event of every issue would notify. -> on="new"']


@pytest.mark.parametrize(
    "build", [lambda: Issues(on=("new",), more_than=times(5)), lambda: Issues(on=("new",), within="1h")]
)
def test_a_number_of_events_and_its_window_go_together(build):
    assert refused(build) == ['`more_than`: requires `within`. -> more_than=times(10), within="1h"']


def test_a_number_of_events_without_unit_is_refused():
    assert refused(lambda: Issues(more_than=5, within="1h")) == [
        "`more_than`: 5 has no unit, so nobody can tell what it means. -> a count, such as times(20)"
    ]


def test_a_window_that_the_error_tracker_does_not_offer_is_refused():
    assert refused(lambda: Issues(more_than=times(5), within="2h")) == [
        "`within`: '2h' isn't valid here (str). -> '1m', '5m', '15m', '1h', '1d', '1w' or '30d'"
    ]


@pytest.mark.parametrize("filtered", [lambda *a: Tagged("operation", *a), lambda *a: Attribute("message", *a)])
def test_a_filter_compares_with_something_unless_it_asks_for_presence(filtered):
    instead = "-> a value, or 'is set' without one"
    for nothing in ("", " "):
        said = [f"`value`: {nothing!r} can't be compared by 'is'. {instead}"]
        assert refused(lambda value=nothing: filtered("is", value)) == said
    (said,) = refused(lambda: filtered("is set", "x"))
    assert said.startswith("`value`: 'x' isn't compared: 'is set' only asks whether there is a value.")
    assert said.endswith("-> 'is' and 'x', or 'is set' alone")
    assert filtered("is set").value == ""


def test_a_filter_offers_what_the_error_tracker_does():
    assert refused(lambda: Tagged("operation", "like", "pay")) == [
        (
            "`match`: 'like' isn't valid here (str). "
            "-> 'is', 'is not', 'contains', 'does not contain', 'starts with' or 'is set'"
        )
    ]
    assert refused(lambda: AtLeast("worst"))[0].endswith("-> 'debug', 'info', 'warning', 'error' or 'fatal'")


def test_issues_read_with_every_part():
    issues = Issues(
        on=("new", "regressed"),
        where=(AtLeast("fatal"), Tagged("operation", "contains", "pay"), Attribute("http.url", "is set")),
        more_than=times(10),
        within="1h",
        at_most_every=hours(1),
    )
    assert issues.describe() == (
        "an issue is new or regressed, level at least fatal, tag operation contains pay, http.url is set, "
        "more than 10 events in 1 hour, told at most every 1 hour per issue"
    )
    assert issues.words() == {"threshold": "10", "window": "1 hour"}
    assert Issues(where=(AtLeast("fatal"),)).describe().startswith("any event of an issue, level at least fatal")


def test_errors_are_counted_and_failed_transactions_are_a_share():
    assert (ErrorCount().describe(), ErrorCount().unit) == ("errors", Unit.COUNT)
    assert ErrorCount("level:fatal").describe() == "errors matching level:fatal"
    assert FailedTransactions("transaction:/pay").describe() == "failed of traced requests matching transaction:/pay"
    assert FailedTransactions().over(minutes(5)).above(percent(5)).describe() == (
        "failed of traced requests over 5 minutes above 5 %, clears below 4 %"
    )


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda tag: Tagged(tag, "is set"), "tag"),
        (lambda tag: ErrorTracking("node", rows="TNY-01", highlight=(tag,)), "highlight"),
    ],
)
@pytest.mark.parametrize("tag", ["", "payment failed", "größe"])
def test_a_key_that_no_tag_can_have_is_refused(build, field, tag):
    said = f"`{field}`: {tag!r} isn't a valid tag key. -> letters, digits and `_.:-`"
    assert refused(lambda: build(tag)) == [said]


def test_only_noise_that_the_error_tracker_knows_is_dropped():
    (problem,) = refused(lambda: ErrorTracking("node", rows="TNY-01", drop=("bots",)))
    assert problem.endswith("-> 'local', 'extensions' or 'crawlers'")
