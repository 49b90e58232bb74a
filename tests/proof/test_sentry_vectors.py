"""S1 to S9 of the page on Sentry's semantics, each with where getsentry/sentry (src/sentry) says so."""

import pytest

from proof.sentry.alerts import Alert, Monitor
from proof.sentry.events import Event, Requests, Resolved
from proof.sentry.process import Occurrence, admitted, compared, found, occurrences, run, stateful, tell

LEVELS = (("gt", 10, 75), ("lte", 8, 0))
HIGH = ("issuePriorityGreaterOrEqual", {"comparison": 75})


def alert(*conditions, triggers=(), frequency=0, environment=""):
    return Alert("a", ("m",), frozenset(triggers), conditions, 60 * frequency, frozenset({"#a"}), environment)


def event(minute, issue="one", environment="production", **tags):
    return Event(60 * minute, issue, {"environment": environment} | tags)


def tagged(key, match, value=None):
    return "taggedEvent", {"key": key, "match": match, "value": value}


def ran(alert, *happenings):
    """In which minutes it ran."""
    return [message.at / 60 for message in run(alert, happenings)]


def test_s1_new_is_new_in_the_alerts_environment():
    """handlers/condition/first_seen_event_handler.py."""
    new = alert(tagged("kind", "eq", "pay"), triggers=["new"], environment="production")
    assert ran(new, event(0, kind="pay"), event(1, kind="pay")) == [0]
    assert ran(new, event(0, kind="other"), event(1, kind="pay")) == []
    assert ran(new, event(0, environment="staging", kind="pay"), event(5, kind="pay")) == [5]


def test_s2_more_than_50_an_hour_runs_at_the_51st_and_again_after_an_hour():
    """handlers/condition/event_frequency_handlers.py, processors/action.py."""
    often = alert(("eventFrequencyCount", {"interval": "1h", "value": 50}), frequency=60)
    events = [event(number / 10) for number in range(1, 201)]
    assert ran(often, *events) == [pytest.approx(5.1)]
    later = [event(5.1 + 60 + n / 60) for n in (-1, 0, 1)]
    assert ran(often, *events, *later) == [pytest.approx(5.1), pytest.approx(65.1 + 1 / 60)]


def test_s3_a_frequency_is_per_issue_and_strict():
    """processors/action.py: now - last > minutes; 0:00, 4:59, 5:00, 5:01."""
    fatal = alert(("level", {"level": 50, "match": "gte"}), frequency=5)
    events = [event(minute, level="fatal") for minute in (0, 4 + 59 / 60, 5, 5 + 1 / 60)]
    other = event(1, "another", level="fatal")
    assert ran(fatal, *events, other, event(2, level="error")) == [0, 1, pytest.approx(5 + 1 / 60)]


def test_s4_what_isnt_tagged_isnt_that_and_an_activity_is_nothing():
    """handlers/condition/tagged_event_handler.py."""
    other = alert(tagged("service", "ne", "database"))
    assert ran(other, event(0), Resolved(300)) == [0]
    assert ran(other, event(0, service="database")) == []
    assert ran(alert(), event(0), Resolved(300)) == [0, 5]  # without filters it is told of both


def changes(levels, *values):
    return [each.priority for each in stateful(levels, enumerate(values))]


def test_s5_a_monitor_is_over_at_its_recovery_only():
    """handlers/detector/stateful.py: 10, 11, 12, 9, 8, 11."""
    assert list(stateful(LEVELS, enumerate((10, 11, 12, 9, 8, 11)))) == [
        Occurrence(1, 75),
        Occurrence(4, 0),
        Occurrence(5, 75),
    ]


def test_s6_an_alert_on_high_priority_runs_once_for_an_issue_that_drops_first():
    """6, 11, 7, 4: 50, 75, 50, resolved."""
    levels = (("gt", 10, 75), ("gt", 5, 50), ("lte", 4, 0))
    found_changes = list(stateful(levels, enumerate((6, 11, 7, 4))))
    assert [each.priority for each in found_changes] == [50, 75, 50, 0]
    assert [message.at for message in tell(alert(HIGH), found_changes)] == [1]


def test_s7_the_end_is_swallowed_within_the_frequency_and_never_seen_with_an_environment():
    """processors/action.py; handlers/detector/base.py."""
    early, late = [Occurrence(0, 75), Occurrence(180, 0)], [Occurrence(0, 75), Occurrence(360, 0)]
    assert [message.over for message in tell(alert(HIGH, frequency=5), early)] == [False]
    assert [message.over for message in tell(alert(HIGH, frequency=5), late)] == [False, True]
    assert [message.over for message in tell(alert(HIGH), early)] == [False, True]
    assert tell(alert(HIGH, environment="production"), late) == []


def test_s8_no_traffic_is_no_failure():
    """getsentry/sentry#121423: null becomes 0."""
    monitor = Monitor("m", "p", "", "failure_rate()", 300, (("gt", 0.05, 75), ("lte", 0.04, 0)))
    failing = [Requests(at, 10, 1) for at in range(10, 600, 10)]
    assert [(each.at // 60, each.priority) for each in occurrences(monitor, failing, 60, 1800)] == [(1, 75), (15, 0)]


def test_s9_a_keys_limit_hides_what_comes_after():
    """Relay: a key's quota rejects everything beyond it, whatever its tags."""
    events = [event(number / 4) for number in range(200)]
    assert len(admitted(events, (138, 3600))) == 138
    monitor = Monitor("m", "p", "", "count()", 3600, (("gt", 150, 75), ("lte", 0, 0)))
    assert occurrences(monitor, events, 60, 3540)
    assert occurrences(monitor, admitted(events, (138, 3600)), 60, 3540) == []


@pytest.mark.parametrize(
    ("minutes", "every"), [(1, 60), (15, 60), (29, 60), (30, 120), (60, 180), (120, 180), (240, 300), (1440, 900)]
)
def test_how_often_a_monitor_looks_follows_from_its_window(minutes, every):
    """incidents/logic.py, get_alert_resolution."""
    assert Monitor("m", "p", "", "count()", 60 * minutes, ()).every == every


@pytest.mark.parametrize(
    ("match", "value", "passes"),
    [
        ("eq", "Pay", True),
        ("ne", "pay", False),
        ("co", "prepaid", True),
        ("nc", "prepaid", False),
        ("sw", "payment", True),
        ("nsw", "payment", False),
        ("ew", "repay", True),
        ("is", "x", True),
        ("ns", "x", False),
        ("eq", None, False),
        ("ne", None, True),
        ("nc", None, True),
        ("nsw", None, True),
        ("is", None, False),
        ("ns", None, True),
    ],
)
def test_values_are_compared_in_lower_case_and_without_one_negations_hold(match, value, passes):
    """handlers/condition/tagged_event_handler.py, models/rule MatchType."""
    assert compared(match, value, "pa" if match in ("co", "nc") else "pay") is passes


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("environment:production", True),
        ("environment:staging", False),
        ("transaction:*/api/payment/*", True),
        ("transaction:/api/payment/*", False),
        ("!transaction:*/api/payment/*", False),
        ("message:*TOKEN*", True),
        ("token", True),
        ("environment:production message:*nothing*", False),
    ],
)
def test_a_search_finds_what_it_says(search, finds):
    """Documentation, "Search": wildcards, negation, free text in the message."""
    attributes = {"transaction": "POST /api/payment/[id]", "message": "AUTH_INVALID_TOKEN"}
    assert found(search, Event(0, tags={"environment": "production"}, attributes=attributes)) is finds
