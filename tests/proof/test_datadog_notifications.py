"""Statuses and notifications of Datadog's monitors; each rule with its place in DataDog/documentation (M: monitors)."""

import pytest

from proof.datadog.data import Data, Line, Piece, Series, Statuses
from proof.datadog.logs import Index, found
from proof.datadog.messages import Downtime, downtime, messages, receivers, rendered
from proof.datadog.monitors import Declared
from proof.datadog.play import play
from proof.datadog.readings import OPEN, Readings
from proof.story import EPOCH
from proof.unplayable import UnplayableError, all_played
from tests.proof.datadog_monitors import made, statuses

HOST = "avg(last_1m):avg:m{*} by {host} > 5"


def minutes(*values):
    """A gauge that has one of these values in the window of each minute's evaluation, from minute 0 on."""
    pieces = tuple(Piece(60 * minute + 24 - 60, 15, 4, float(value)) for minute, value in enumerate(values))
    return Series("m", "gauge", {"host": "a"}, pieces)


def sent(monitor, data, end, other=(), downtime=None):
    """What is sent: minute, handles, about what."""
    readings = Readings(frozenset(other))
    played = play(monitor, Declared({}, {}, {}, frozenset()), data, end, readings)
    found_messages = messages(monitor, played.changes, end, readings, downtime)
    return [(each.at // 60, sorted(each.handles), each.about) for each in found_messages]


def test_an_alert_is_over_at_its_recovery_threshold_and_not_before():
    """M/guide/recovery-thresholds: > 5 with a recovery of 3: 4 stays, 3 is over; 4 alone does nothing."""
    monitor = made(HOST, critical="5", criticalRecovery="3")
    assert statuses(monitor, Data(series=[minutes(1, 4, 6, 4, 3, 3, 4, 4)]), 480) == [
        (2, "OK", "Alert"),
        (4, "Alert", "OK"),
    ]


def test_below_a_limit_the_same_holds_the_other_way_round():
    """The same: < 5 with a recovery of 7."""
    monitor = made(HOST.replace("> 5", "< 5"), critical="5", criticalRecovery="7")
    values = Data(series=[minutes(9, 4, 6, 6, 7, 7, 6)])
    assert statuses(monitor, values, 400) == [(1, "OK", "Alert"), (4, "Alert", "OK")]


def test_what_falls_from_alert_into_the_warning_is_a_warning():
    """The same, with both levels; into what only the warning's recovery holds is open."""
    monitor = made(HOST, critical="5", warning="3", warningRecovery="2")
    steps = [(1, "OK", "Warn"), (2, "Warn", "Alert"), (3, "Alert", "Warn"), (5, "Warn", "OK")]
    assert statuses(monitor, Data(series=[minutes(1, 4, 6, 4, 2.5, 1)]), 360) == steps
    falls = Data(series=[minutes(1, 6, 2.5, 2.5, 1, 1)])
    assert statuses(monitor, falls, 300) == [(1, "OK", "Alert"), (2, "Alert", "Warn"), (4, "Warn", "OK")]
    assert statuses(monitor, falls, 300, ["alert into the warning's recovery"]) == [
        (1, "OK", "Alert"),
        (2, "Alert", "OK"),
    ]


@pytest.mark.parametrize(
    ("setting", "becomes"),
    [
        ("default", []),  # of a gauge: the last known status
        ("resolve", [(11, "Alert", "OK")]),
        ("show_no_data", [(11, "Alert", "No Data")]),
        ("show_and_notify_no_data", [(11, "Alert", "No Data")]),
    ],
)
def test_missing_data_does_what_the_setting_says(setting, becomes):
    """M/configuration, No data."""
    monitor = made(HOST, critical="5", onMissingData=setting)
    data = Data(series=[minutes(1, *[9] * 10)])
    assert [each for each in statuses(monitor, data, 1800) if each[1] == "Alert"] == becomes


def test_of_what_never_reported_nobody_is_told():
    """M/configuration, No data: data must have been evaluated once before."""
    assert statuses(made(HOST, critical="5", onMissingData="show_and_notify_no_data"), Data(), 3600) == []


def test_a_silent_group_is_dropped_after_a_day_without_a_word_and_auto_resolve_says_so():
    """M/configuration, Group retention time and Auto-resolve; grosser/kennel, monitor.rb."""
    data, end = Data(series=[minutes(1, *[9] * 10)]), 26 * 3600
    dropped = statuses(made(HOST, critical="5", onMissingData="show_and_notify_no_data"), data, end)
    assert dropped[-1] == (11, "Alert", "No Data")
    told = statuses(made(HOST, critical="5", onMissingData="show_and_notify_no_data", timeoutH=24), data, end)
    assert told[-1][1:] == ("No Data", "OK")
    assert told[-1][0] == pytest.approx(24 * 60 + 11, abs=10)


def test_a_group_that_has_only_just_come_isnt_evaluated_yet():
    """M/configuration, New group delay."""
    old = minutes(*[1] * 30)
    new = Series("m", "gauge", {"host": "b"}, (Piece(600, 15, 80, 9.0),))
    monitor = made(HOST, critical="5", newGroupDelay=300)
    ((first, _, _),) = statuses(monitor, Data(series=[old, new]), 1500)
    assert first == 15
    ((read, _, _),) = statuses(monitor, Data(series=[old, new]), 1500, ["new group"])
    assert read < first


def runs(*values):
    """Runs of a check, one every 15 seconds: 0 is OK, 1 a warning, 2 critical."""
    tags = {"env": "prod", "host": "a"}
    return Data(statuses=[Statuses("db", tags, tuple(Piece(15 * n, 15, 1, value) for n, value in enumerate(values)))])


CHECK = '"db".over("env:prod").by("host").last(3).count_by_status()'


def test_a_check_fails_after_so_many_in_a_row_and_is_over_after_so_many():
    """M/types/service_check.md."""
    monitor = made(CHECK, "service check", critical="3", warning="1", ok="2")
    assert statuses(monitor, runs(0, 2, 2, 0, 2, 2, 0, 0), 60) == []
    failing = runs(*[0] * 4, *[2] * 8, *[0] * 8)
    assert statuses(monitor, failing, 300) == [(2, "OK", "Alert"), (3, "Alert", "OK")]


def test_a_silent_check_tells_of_missing_data_after_its_time():
    """M/types/service_check.md, No data; over(…) and by(…) choose whose runs count."""
    monitor = made(CHECK, "service check", critical="3", ok="2", notifyNoData=True, noDataTimeframe=10)
    data = runs(*[0] * 8)
    assert statuses(monitor, data, 3600) == [(12, "OK", "No Data")]
    elsewhere = made(CHECK.replace("prod", "dev"), "service check", critical="3", ok="2")
    assert statuses(elsewhere, runs(*[2] * 40), 3600) == []


TEXT = (
    "@slack-team {{#is_alert}}@pagerduty-a{{/is_alert}} {{#is_warning}}@warned{{/is_warning}} "
    "{{#is_recovery}}@pagerduty-a{{/is_recovery}} {{^is_alert}}@not-alert{{/is_alert}}"
)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((1, 9, 9, 1), ["@slack-team @pagerduty-a", "@slack-team @pagerduty-a @not-alert"]),
        ((1, 4, 1), ["@slack-team @warned @not-alert", "@slack-team @pagerduty-a @not-alert"]),
        ((1, 9, 4), ["@slack-team @pagerduty-a", "@slack-team @warned @not-alert"]),
    ],
)
def test_a_block_of_a_message_reaches_its_receivers_in_its_status_only(values, told):
    """M/notify/variables.md; an alert that becomes a warning is over when the warning is (notifications.md, 2019)."""
    monitor = made(HOST, critical="5", warning="3", message=TEXT)
    found_messages = sent(monitor, Data(series=[minutes(*values)]), 60 * len(values) - 30)
    assert [set(handles) for _, handles, _ in found_messages] == [set(each.split()) for each in told]


def test_a_handle_needs_a_space_or_a_block_before_it():
    """M/notify: a handle in the middle of a word is an address."""
    assert receivers("write to me@example.com, @slack-a.", frozenset()) == {"@slack-a"}
    assert receivers("{{#is_alert}}@pagerduty-x @team@example.com{{/is_alert}}", frozenset({"is_alert"})) == {
        "@pagerduty-x",
        "@team@example.com",
    }


def test_a_message_with_other_blocks_is_refused():
    with pytest.raises(UnplayableError, match="is_match"):
        rendered("{{#is_match}}@a{{/is_match}}", frozenset())
    with pytest.raises(UnplayableError, match="isn't closed"):
        rendered("{{#is_alert}}@a", frozenset({"is_alert"}))


def test_a_reminder_comes_after_each_interval_with_its_own_text():
    """M/guide/monitor_api_options, renotify_interval; with or without the original text is open."""
    monitor = made(
        HOST, critical="5", renotifyInterval=10, renotifyStatuses=["alert"], renotifyOccurrences=2,
        escalationMessage="@boss", message="@slack-a {{#is_alert}}@pagerduty-x{{/is_alert}}",
    )  # fmt: skip
    data = Data(series=[minutes(1, *[9] * 45)])
    (_, first, _), *again = sent(monitor, data, 2700)
    assert first == ["@pagerduty-x", "@slack-a"]
    assert again == [(minute, ["@boss", "@pagerduty-x", "@slack-a"], "Alert again") for minute in (11, 21)]
    assert [handles for _, handles, _ in sent(monitor, data, 2700, ["escalation message"])[1:]] == [["@boss"]] * 2


def test_in_a_downtime_nothing_is_sent_and_at_its_end_what_is_still_going_on():
    """M/downtimes: triggered inside and still there at its end; triggered and over inside; triggered before."""
    monitor = made(HOST, critical="5", message="@slack-a")
    still, inside = Data(series=[minutes(1, 1, *[9] * 20)]), Data(series=[minutes(1, 1, 9, 9, *[1] * 20)])
    muted = Downtime(((60, 600),))
    assert sent(monitor, still, 1260, downtime=muted) == [(10, ["@slack-a"], "Alert")]
    assert sent(monitor, inside, 1260, downtime=muted) == []
    assert sent(monitor, still, 1260, downtime=Downtime(((60, 600),), frozenset())) == []


LINE = {"service": "api", "env": "prod", "status": "warn", "message": "Slow query", "@duration": 1200.0, "@event": "x"}


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("service:api env:prod", True),
        ("service:api env:dev", False),
        ('status:warn "Slow query" @duration:>1000', True),
        ("@duration:>1200", False),
        ("status:(error OR warn)", True),
        ("status:(error OR critical)", False),
        ("-@event:x", False),
        ("-@event:y", True),
        ("@event:*", True),
        ("@other:x", False),
        ("-@other:x", True),
    ],
)
def test_a_log_search_finds_what_it_says(search, finds):
    """logs/explorer/search_syntax.md."""
    assert found(search, LINE) is finds


def test_an_index_that_leaves_a_line_out_keeps_it_from_the_monitor():
    """M/types/log.md: only what an index stores is counted."""
    monitor = made('logs("service:api").index("main").rollup("count").last("5m") > 2', "log alert", critical="2")
    data = Data(lines=[Line(LINE, tuple(range(600, 900, 30)))])
    for index, fires in (
        (Index("main", "service:api"), True),
        (Index("main", "service:other"), False),
        (Index("main", "service:api", ("@event:x",)), False),
    ):
        declared = Declared({}, {}, {"main": index}, frozenset())
        assert bool(statuses(monitor, data, 1200, declared=declared)) is fires


def test_every_open_point_is_named_with_two_readings_and_a_source():
    assert all(len(each) == 3 and all(each) for each in OPEN.values())
    with pytest.raises(AssertionError):
        Readings().otherwise("something else")


def test_a_weekly_downtime_covers_its_hours_in_its_time_zone_and_its_monitors_only():
    """M/downtimes, as components/datadog declares them: Sundays at 3 in Berlin are at 2 in UTC in November."""
    schedule = {
        "scope": "*",
        "monitorIdentifier": {"monitorTags": ["env:production", "product:tikit"]},
        "notifyEndStates": ["alert", "no data", "warn"],
        "notifyEndTypes": ["expired"],
        "recurringSchedule": {
            "timezone": "Europe/Berlin",
            "recurrences": [{"start": "2023-11-12T03:00:00", "duration": "60m", "rrule": "FREQ=WEEKLY;BYDAY=SU"}],
        },
    }
    sunday = EPOCH + 6 * 86400 + 2 * 3600
    muted = downtime(made(HOST, tags=["env:production", "product:tikit", "x:y"]), [schedule], EPOCH, EPOCH + 7 * 86400)
    assert muted.end_states == {"alert", "no data", "warn"}
    assert [muted.covers(at) for at in (sunday - 1, sunday, sunday + 3599, sunday + 3600)] == [False, True, True, False]
    assert downtime(made(HOST, tags=["env:production", "product:kartis"]), [schedule], EPOCH, EPOCH + 86400) is None
    daily = {**schedule["recurringSchedule"]["recurrences"][0], "rrule": "FREQ=DAILY"}
    strange = {**schedule, "recurringSchedule": {"timezone": "UTC", "recurrences": [daily]}}
    with pytest.raises(UnplayableError, match="FREQ=DAILY"):
        downtime(made(HOST, tags=["env:production", "product:tikit"]), [strange], EPOCH, EPOCH + 86400)


def played(*asked, **inputs):
    monitor = made(*asked, **inputs)
    all_played(monitor.name, monitor.unplayed)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"groupbySimpleMonitor": True}, "sets groupbySimpleMonitor"),
        ({"onMissingData": "something"}, "on_missing_data"),
        ({"notifyNoData": True}, "without saying after how long"),
        ({"monitorThresholdWindows": {"triggerWindow": "last_1h", "recoveryWindow": "last_2h"}}, "another window"),
    ],
)
def test_a_setting_that_isnt_played_is_refused_by_name(inputs, said):
    with pytest.raises(UnplayableError, match=said):
        played(HOST, critical="5", **inputs)


@pytest.mark.parametrize(
    "query",
    [
        "change(avg(last_5m),last_5m):avg:m{*} > 5",
        "avg(last_5m):sum:a{*}.as_count() / sum:b{*}.as_count() > 1",
        "avg(last_5m):ewma_5(avg:m{*}) > 5",
        "avg(last_5m):avg:m{*}.weighted() > 5",
        "percentile(last_5m):p95:m{*} / p95:n{*} > 5",
        "avg(last_4h):anomalies(avg:m{*}, 'basic', 2, direction='both', interval=60, alert_window='last_1m') >= 1",
    ],
)
def test_a_query_that_isnt_played_is_refused(query):
    data = Data(series=[Series(name, "gauge", {}, (Piece(10, 10, 60, 1.0),)) for name in "mabn"])
    with pytest.raises(UnplayableError):
        statuses(made(query), data, 600)
