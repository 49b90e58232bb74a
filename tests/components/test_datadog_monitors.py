import pytest

from components.datadog.messages import is_an_event
from components.datadog.spans import span
from components.vocabulary import Count, Level, LogCount, days, hours, minutes, percent, times
from tests.tiny import DISK, PAID

API = "{env:production,service:tiny-api}"
VENDORS = "{env:production AND (service:a.example OR service:b.example)} by {service}"
HITS = f"sum:trace.express.request.hits{API}.as_count()"
QUERIES = {
    "errors": "tiny-errors-ratio-id && tiny-errors-traffic-id",
    "errors-ratio": f"sum(last_5m):sum:trace.express.request.errors{API}.as_count() / {HITS} > 0.05",
    "errors-traffic": f"sum(last_5m):{HITS} >= 50",
    "few-paid": "tiny-few-paid-ratio-id && tiny-few-paid-traffic-id",
    "few-paid-traffic": f"sum(last_15m):sum:payment.tried{API}.as_count() >= 5",
    "few-paid-ratio": (
        f"sum(last_15m):default_zero(sum:payment.paid{API}.as_count()) / sum:payment.tried{API}.as_count() < 0.01"
    ),
    "slow": f"percentile(last_10m):p99:trace.express.request{API} > 1.5",
    "disk": "max(last_5m):max:system.disk.in_use{env:production,product:tiny} by {host,device} > 0.8",
    "sales": f"sum(last_1h):sum:payment.paid{API} by {{method}}.as_count() < 10",
    "revenue": f"sum(last_1h):count:payment.amount{API}.as_count() < 1",
    "vendors": (
        f"sum(last_5m):sum:trace.http.request.errors{VENDORS}.as_count() "
        f"/ sum:trace.http.request.hits{VENDORS}.as_count() > 0.05"
    ),
    "loss": 'logs("service:tiny-api env:production @event:loss").index("tiny").rollup("count").last("1h") > 0',
    "refused": (
        'logs("service:tiny-api env:production \\"Refused\\"").index("tiny").rollup("count")'
        '.by("@method,@error.code").last("10m") > 5'
    ),
    "database": '"postgres.can_connect".over("env:production","product:tiny").by("host").last(3).count_by_status()',
    "silent": f"sum(last_1h):{HITS} < 1",
    "odd": (
        f"avg(last_4h):anomalies(p95:trace.express.request{API}, 'basic', 3, direction='above', interval=60, "
        "alert_window='last_1h') >= 1"
    ),
    "odd-season": (
        f"avg(last_1d):anomalies(sum:payment.paid{API}.as_count(), 'agile', 3, direction='both', interval=300, "
        "alert_window='last_30m', seasonality='weekly') >= 0.5"
    ),
    "burns": ('burn_rate("tiny-objective-correct-id").over("30d").long_window("1h").short_window("5m") > 14.4'),
}
THRESHOLDS = {
    "errors": None,
    "errors-ratio": {"critical": "0.05", "criticalRecovery": "0.04", "warning": "0.01", "warningRecovery": "0.008"},
    "errors-traffic": {"critical": "50"},
    "few-paid": None,
    "few-paid-ratio": {"critical": "0.01", "criticalRecovery": "0.012"},
    "few-paid-traffic": {"critical": "5"},
    "slow": {"critical": "1.5", "criticalRecovery": "1.2"},
    "disk": {"critical": "0.8", "criticalRecovery": "0.76"},
    "sales": {"critical": "10", "criticalRecovery": "12"},
    "revenue": {"critical": "1"},  # one sale, and "not one" is over
    "vendors": {"critical": "0.05", "criticalRecovery": "0.04"},
    "loss": {"critical": "0"},
    "refused": {"critical": "5", "criticalRecovery": "4"},
    "database": {"critical": "3", "warning": "1", "ok": "2"},
    "silent": {"critical": "1"},
    "odd": {"critical": "1", "criticalRecovery": "0"},
    "odd-season": {"critical": "0.5", "criticalRecovery": "0"},
    "burns": {"critical": "14.4"},
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_condition_becomes_this_query(tiny, name):
    assert tiny.one("Monitor", name)["query"] == QUERIES[name]


@pytest.mark.parametrize("name", THRESHOLDS)
def test_thresholds_and_recovery_are_those_of_the_condition(tiny, name):
    assert tiny.one("Monitor", name).get("monitorThresholds") == THRESHOLDS[name]


def test_the_critical_threshold_is_the_number_in_the_query(tiny):
    for monitor in tiny.all("Monitor"):
        kind, limits = monitor.inputs["type"], monitor.inputs.get("monitorThresholds")
        if kind in ("query alert", "log alert", "slo alert"):
            assert monitor.inputs["query"].rpartition(" ")[2] == limits["critical"], monitor.name


def test_there_is_a_monitor_per_alert_on_telemetry_and_two_parts_of_the_composite_one(tiny):
    assert {each.name.removeprefix("tiny-") for each in tiny.all("Monitor")} == set(QUERIES)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("errors", "composite"),
        ("errors-ratio", "query alert"),
        ("disk", "query alert"),
        ("odd", "query alert"),
        ("loss", "log alert"),
        ("database", "service check"),
        ("burns", "slo alert"),
    ],
)
def test_the_type_follows_from_the_condition(tiny, name, kind):
    assert tiny.one("Monitor", name)["type"] == kind


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("errors", None),
        ("errors-ratio", "resolve"),
        ("errors-traffic", "resolve"),
        ("few-paid-ratio", "default"),  # the only choice that Datadog accepts beside default_zero()
        ("few-paid-traffic", "resolve"),
        ("slow", "resolve"),
        ("sales", "resolve"),
        ("revenue", "default"),
        ("disk", "show_no_data"),
        ("odd", "show_no_data"),
        ("silent", "show_and_notify_no_data"),
        ("loss", "default"),
        ("database", None),
        ("burns", None),
    ],
)
def test_silence_means_what_it_does_for_that_kind_of_signal(tiny, name, missing):
    assert tiny.one("Monitor", name).get("onMissingData") == missing


def test_only_a_service_check_uses_the_older_way_of_telling_silence(tiny):
    old = {each.name: each.inputs["noDataTimeframe"] for each in tiny.all("Monitor") if "notifyNoData" in each.inputs}
    assert old == {"tiny-database": 10}


def test_what_silence_has_opened_is_closed_when_datadog_forgets_what_is_silent(tiny):
    closing = {each.name: each.inputs["timeoutH"] for each in tiny.all("Monitor") if "timeoutH" in each.inputs}
    assert closing == {"tiny-database": 24, "tiny-silent": 24}


def test_a_division_waits_for_complete_values_and_its_traffic_looks_at_the_same_time(tiny):
    delayed = {each.name for each in tiny.all("Monitor") if each.inputs.get("evaluationDelay") == 60}
    parts = ("errors-ratio", "errors-traffic", "few-paid-ratio", "few-paid-traffic", "vendors")
    assert delayed == {f"tiny-{name}" for name in parts}


def test_parts_of_a_composite_monitor_notify_nobody(tiny):
    for part in ("errors-ratio", "errors-traffic"):
        monitor = tiny.one("Monitor", part)
        assert "@" not in monitor["message"]
        assert not {"priority", "renotifyInterval", "escalationMessage", "assets"} & set(monitor)
        assert "part-of:errors" in monitor["tags"]
        assert monitor["forceDelete"] is True
    assert tiny.one("Monitor", "errors-ratio")["name"] == "[production] Tiny: Errors (ratio)"


def test_receivers_that_wake_stand_only_in_the_alert_and_its_end(tiny):
    assert tiny.one("Monitor", "errors")["message"].rpartition("\n\n")[2] == (
        "@slack-tiny-alerts @team@tiny.example "
        "{{#is_alert}}@pagerduty-tiny{{/is_alert}}{{#is_recovery}}@pagerduty-tiny{{/is_recovery}}"
    )
    # Silence of what has to report wakes somebody; that of a check is told to the others only.
    # Past missing data, whether the end is an is_recovery is open: an incident mustn't stay open then.
    ends = "{{#is_recovery}}@pagerduty-tiny{{/is_recovery}}"
    past = "{{#is_no_data_recovery}} @pagerduty-tiny{{/is_no_data_recovery}}"
    assert tiny.one("Monitor", "silent")["message"].endswith(
        f"{ends}{past}{{{{#is_no_data}}}}@pagerduty-tiny{{{{/is_no_data}}}}"
    )
    assert tiny.one("Monitor", "database")["message"].endswith(
        f"{{{{#is_alert}}}}@pagerduty-tiny{{{{/is_alert}}}}{ends}{past}"
    )


def test_no_further_event_is_no_end_that_would_close_an_incident(tiny):
    """Data was lost once: an hour without another loss puts nothing right."""
    told = "{{#is_recovery}} **Recovered:** No further one in 1 hour. That doesn't mean it is fixed.{{/is_recovery}}"
    assert tiny.one("Monitor", "loss")["message"].startswith(f"It is wrong.{told}\n\n")
    assert "{{#is_recovery}}@" not in tiny.one("Monitor", "loss")["message"]
    assert tiny.one("Monitor", "loss")["message"].endswith("{{#is_alert}}@pagerduty-tiny{{/is_alert}}")


@pytest.mark.parametrize(
    ("when", "event"),
    [
        (LogCount(status=("error",)).over(hours(1)).above(times(0)), True),
        (LogCount(status=("error",)).over(hours(1)).above(times(1)), False),
        (Count(PAID).over(hours(1)).above(times(0)), True),
        (Count(PAID).over(hours(1)).above(times(1)), False),
        (Count(PAID).over(hours(1)).below(times(1)), False),
        (Level(DISK).over(hours(1)).above(percent(0)), False),
    ],
)
def test_only_more_than_none_is_an_event_that_has_no_end(when, event):
    """Fewer failures than one limit or another are an end, and close the incident: above 1 as well as above 100."""
    assert is_an_event(when) is event


def test_silence_of_a_service_check_is_told_as_what_it_is(tiny):
    why = "postgres.can_connect isn't reported: the agent or its host may be down. If both are up: "
    start = "{{#is_no_data}}" + why + "{{/is_no_data}}"
    assert tiny.one("Monitor", "database")["message"].startswith(start)


def test_receivers_that_wake_nobody_need_no_condition(tiny):
    assert tiny.one("Monitor", "slow")["message"].endswith("\n\n@slack-tiny-alerts")
    assert tiny.one("Monitor", "burns")["message"].endswith("\n\n@slack-tiny-alerts @team@tiny.example")


def test_a_message_says_what_is_wrong_what_to_do_and_how_bad_it_is(tiny):
    assert tiny.one("Monitor", "errors")["message"].split("\n\n")[:-1] == [
        (
            "More than {{#is_warning}}1 %{{/is_warning}}{{^is_warning}}5 %{{/is_warning}} fail."
            "{{#is_recovery}} **Recovered:** "
            "Within the limit, or fewer than 50 in 5 minutes, as in an outage: check which."
            "{{/is_recovery}}"
        ),
        "**First:** Look.\n**Runbook:** https://example.com/runbooks/tiny.md#errors",
        (
            "**Condition:** tiny-api errors of tiny-api requests over 5 minutes above 5 %, with at least 50 in the "
            "window, warns above 1 %, clears below 4 %."
        ),
        "**Severity:** P0 Critical, answer within 15 minutes. **Owner:** tiny-team.",
        "Managed by code in stacks/tiny.py (TNY-01); changes made here are lost.",
    ]


def test_groups_in_a_summary_become_datadogs_variables(tiny):
    assert tiny.one("Monitor", "disk")["message"].startswith("{{device.name}} of {{host.name}} is over 80 % full.\n")


def test_a_field_of_log_events_is_a_variable_by_its_path(tiny):
    assert tiny.one("Monitor", "refused")["message"].startswith("{{[@error.code].name}} by {{@method.name}}.\n")


def test_a_severity_with_reminders_notifies_again_while_it_lasts(tiny):
    assert tiny.one("Monitor", "errors")["renotifyInterval"] == 30
    assert tiny.one("Monitor", "errors")["renotifyStatuses"] == ["alert"]
    assert tiny.one("Monitor", "silent")["renotifyStatuses"] == ["alert", "no data"]
    assert tiny.one("Monitor", "database")["renotifyStatuses"] == ["alert"]  # the reminder names who wakes
    assert tiny.one("Monitor", "errors")["escalationMessage"] == (
        "Still unresolved. Answer P0 within 15 minutes. @pagerduty-tiny @slack-tiny-alerts @team@tiny.example"
    )


def test_a_severity_without_reminders_notifies_once(tiny):
    assert not {"renotifyInterval", "renotifyStatuses", "escalationMessage"} & set(tiny.one("Monitor", "slow"))


def test_a_monitor_carries_tags_priority_and_its_runbook(tiny):
    monitor = tiny.one("Monitor", "errors")
    assert monitor["tags"] == [
        "env:production",
        "managed-by:pulumi",
        "product:tiny",
        "role:alert",
        "service:tiny-api",
        "severity:p0",
        "team:tiny-team",
    ]
    assert (monitor["priority"], tiny.one("Monitor", "slow")["priority"]) == ("1", "3")
    assert monitor["name"] == "[production] Tiny: Errors"
    url = "https://example.com/runbooks/tiny.md#errors"
    assert monitor["assets"] == [{"category": "runbook", "name": "Runbook", "url": url}]


def test_new_hosts_get_time_and_windows_need_not_be_full(tiny):
    assert tiny.one("Monitor", "disk")["newGroupDelay"] == 300
    assert "newGroupDelay" not in tiny.one("Monitor", "slow")
    assert tiny.one("Monitor", "slow")["requireFullWindow"] is False
    assert not {"requireFullWindow", "newGroupDelay"} & set(tiny.one("Monitor", "loss"))
    assert tiny.one("Monitor", "loss")["enableLogsSample"] is True


def test_an_anomaly_looks_at_its_own_window_to_begin_and_to_end(tiny):
    windows = {"triggerWindow": "last_30m", "recoveryWindow": "last_30m"}
    assert tiny.one("Monitor", "odd-season")["monitorThresholdWindows"] == windows


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (minutes(5), "5m"),
        (minutes(90), "90m"),
        (hours(4), "4h"),
        (days(1), "1d"),
        (days(2), "48h"),
        (days(7), "1w"),
        (days(14), "336h"),
        (hours(730), "730h"),
    ],
)
def test_a_window_is_written_in_the_longest_exact_unit(length, text):
    assert span(length) == text
