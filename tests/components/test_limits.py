"""What each vendor doesn't offer is refused before anything is sent there, with the vendor's range."""

import pytest

from components.datadog import limits as datadog
from components.grafana import limits as grafana
from components.sentry import limits as sentry
from components.vocabulary import (
    Absence,
    Anomaly,
    BudgetBurns,
    Check,
    Count,
    Dashboard,
    ErrorCount,
    ErrorTracking,
    Issues,
    LogCount,
    Number,
    Objective,
    Percentile,
    PostMortem,
    Ratio,
    ServiceCheck,
    Severity,
    Standing,
    Top,
    days,
    hours,
    milliseconds,
    minutes,
    percent,
    seconds,
    times,
)
from tests.refusals import said
from tests.tiny import (
    API,
    CORRECT,
    HEALTH,
    OBJECTIVES,
    PAID,
    PRODUCTION,
    QUIETER,
    ROW,
    SEVERITIES,
    STAGING,
    TEAM,
    TRIED,
    UP,
    alert,
    environment,
    scope,
)

LOGS = LogCount(status=("error",))
FEW = times(5)
NONE = times(0)


def found(vendor, environment=PRODUCTION, **other):
    return said(vendor.problems(scope(environment, **other)))


@pytest.mark.parametrize("vendor", [datadog, grafana, sentry])
@pytest.mark.parametrize("environment", [PRODUCTION, STAGING], ids=["production", "staging"])
def test_what_every_vendor_offers_is_not_refused(vendor, environment):
    assert found(vendor, environment) == []


def slow(over):
    return Percentile(99, API.latency).over(over).above(seconds(3))


def strange(**other):
    return Anomaly(Count(PAID), side="both", share=percent(100), **({"lasting": hours(1)} | other))


def burns(within, share=2):
    return BudgetBurns(CORRECT, spending=percent(share), within=within)


WHOLE = "whole minutes, from 1 minute to"


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (
            slow(seconds(90)),
            f"`over`: '90 seconds' is not a window Datadog accepts for metric alerts. -> {WHOLE} 730 hours",
        ),
        (
            slow(seconds(30)),
            f"`over`: '30 seconds' is not a window Datadog accepts for metric alerts. -> {WHOLE} 730 hours",
        ),
        (slow(days(31)), f"`over`: '31 days' is not a window Datadog accepts for metric alerts. -> {WHOLE} 730 hours"),
        (
            LogCount(status=("error",)).over(days(3)).above(FEW),
            f"`over`: '3 days' is not a window Datadog accepts for log alerts. -> {WHOLE} 48 hours",
        ),
        (
            Absence(PAID, over=days(1)),
            (
                "`over`: '1 day' is too long: after 24 hours Datadog drops what is silent, and nobody would be "
                "notified. "
                "-> at most 23 hours, or a Count(…).below(times(1))"
            ),
        ),
        (
            Ratio(PAID, of=TRIED).over(minutes(5)).below(percent(1)),
            (
                "`at_least`: is missing: without traffic Datadog takes the share as 0, so a quiet night would "
                "alert. -> at_least=times(5)"
            ),
        ),
        (
            Percentile(99.999, API.latency).over(minutes(5)).above(seconds(3)),
            "`rank`: 99.999 has more digits than Datadog's percentiles can have. -> at most two digits after the point",
        ),
        (
            strange(history=hours(5)),
            ("`history`: '5 hours' has an unknown resolution. -> one of 15 minutes, 4 hours, 1 day, 2 days, 7 days"),
        ),
        (
            strange(lasting=hours(6)),
            (
                "`lasting`: '6 hours' is longer than the history of 4 hours that Datadog evaluates. "
                "-> a shorter time, or a longer history="
            ),
        ),
        (
            burns(minutes(30)),
            "`within`: '30 minutes' is outside the range that Datadog's burn-rate alerts accept. -> 1 hour to 48 hours",
        ),
        (
            burns(days(3), share=50),
            (
                "`within`: '3 days' is outside the range that Datadog's burn-rate alerts accept. -> 1 hour to 48 "
                'hours, such as burn_rates(…, windows=(*WORKBOOK[:2], BurnRate(3, days(1), "ticket")))'
            ),
        ),
        (
            burns(minutes(90)),
            (
                "`within`: '90 minutes' has a twelfth of 7.5 minutes; Datadog takes whole minutes. "
                "-> a multiple of 12 minutes"
            ),
        ),
        (
            ServiceCheck("a.b", failures=101, successes=1, by=("host",)),
            "`failures`: 101 is more than Datadog looks back over. -> at most 100",
        ),
    ],
)
def test_datadog_refuses_the_condition_of_an_alert(when, text):
    assert found(datadog, alerts=(alert("strange", when),)) == [f"alert 'strange', {text}"]


@pytest.mark.parametrize("over", [hours(730), days(14), days(2)])
def test_datadog_looks_back_on_metrics_for_up_to_a_month(over):
    assert found(datadog, alerts=(alert("slow", slow(over)),)) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"remind_every": minutes(30)}, "remind_every"),
        ({"escalate_after": minutes(30), "escalate_to": (TEAM,)}, "escalate_after"),
        ({"remind_every": minutes(30), "escalate_after": minutes(30), "escalate_to": (TEAM,)}, "escalate_after"),
    ],
)
@pytest.mark.parametrize("logs", [LOGS, Count(PAID)])
def test_a_single_event_lasts_until_it_is_told_again(logs, given, field):
    severity = Severity("P9", "Worst", urgency=1, answer_within=hours(1), tell=(TEAM,), rows=ROW, **given)
    severities = (*SEVERITIES, severity)

    def told(over, limit=NONE):
        when = logs.over(over).above(limit)
        return found(datadog, alerts=(alert("lost", when, severity),), severities=severities)

    assert told(minutes(30)) == [
        (
            f"alert 'lost', `over`: '30 minutes' ends before P9 Worst's {field} of 30 minutes: a single event "
            "would be sent once and never again. -> more than 30 minutes"
        )
    ]
    assert told(minutes(31)) == []
    assert told(minutes(30), times(5)) == []


def test_datadog_reminds_within_a_day():
    rare = Severity("P9", "x", urgency=5, answer_within=days(2), remind_every=days(2), tell=(TEAM,), rows=ROW)
    assert found(datadog, alerts=(alert("slow", slow(minutes(5)), rare),), severities=(*SEVERITIES, rare)) == [
        "alert 'slow', `remind_every`: '2 days' is longer than Datadog sends reminders. -> at most hours(24)"
    ]


def test_datadog_keeps_objectives_over_three_periods_and_two_slices():
    quarter = Objective("quarter", percent(99), bad=CORRECT.bad, period=days(60), summary="x", rows=ROW)
    good = Percentile(95, API.latency).over(minutes(10)).below(milliseconds(500))
    slices = Objective("slices", percent(99), good=good, summary="x", rows=ROW)
    on_check = Objective("on-check", percent(99), good=HEALTH, period=days(60), summary="x", rows=ROW)
    assert found(datadog, objectives=(*OBJECTIVES, quarter, slices, on_check)) == [
        (
            "objective 'quarter', `period`: '60 days' isn't a period that Datadog accepts for objectives. "
            "-> days(7), days(30) or days(90)"
        ),
        (
            "objective 'slices', `over`: '10 minutes' isn't a time slice that Datadog accepts for objectives. "
            "-> minutes(1) or minutes(5)"
        ),
    ]


def test_datadog_wants_to_know_what_is_bad():
    sold = Objective("sold", percent(95), good=CORRECT.bad, summary="x", rows=ROW)
    (problem,) = found(datadog, objectives=(*OBJECTIVES, sold))
    assert problem.endswith("isn't supported in Datadog. -> bad=, with what fails")


def test_datadog_draws_certain_periods_and_its_own_objectives():
    count = Count(PAID, by=("method",))
    widgets = (
        Number("Sales", count, about="x", last=(days(1), days(3))),
        Top("Methods", count, about="x", last=hours(2)),
        Standing("Up", UP, about="x"),
    )
    offered = "-> one of 1h, 4h, 1d, 2d, 1w, 1mo"
    assert found(datadog, dashboards=(Dashboard("main", "x", widgets, about="x", rows=ROW),)) == [
        f"dashboard 'main', widget 'Sales', `last`: '3 days' isn't a period that Datadog offers. {offered}",
        f"dashboard 'main', widget 'Methods', `last`: '2 hours' isn't a period that Datadog offers. {offered}",
        (
            "dashboard 'main', widget 'Up', `objective`: 'up' is kept in Grafana, where checks are; Datadog can't "
            "draw it. -> an objective on metrics"
        ),
    ]


def test_grafana_probes_every_second_to_every_hour_and_waits_three_minutes():
    slow = Check("slow", "api", "/", every=hours(2), timeout=minutes(4), rows=ROW)
    odd = Check("odd", "api", "/", every=minutes(1), timeout=milliseconds(1500.5), rows=ROW)
    unprobed = alert("unprobed", Absence((slow, odd), over=days(1)))
    every, wait = "1 second to 1 hour", "1 second to 3 minutes"
    why = "is outside the range of Grafana's checks"
    assert found(grafana, alerts=(unprobed,), objectives=(CORRECT,)) == [
        f"check 'slow', `every`: '2 hours' {why} ({every}). -> {every}",
        f"check 'slow', `timeout`: '4 minutes' {why} ({wait}). -> {wait}",
        f"check 'odd', `timeout`: '1500.5 ms' {why} ({wait}). -> {wait}",
    ]


def test_grafana_refuses_the_interval_that_the_environment_makes_of_it():
    (text, *_) = found(grafana, environment(probe_at_most_every="2h"))
    assert text.startswith("check 'health', `every`: '2 hours' is outside the range of Grafana's checks")


def test_grafana_labels_hold_32_bytes():
    team = "the-team-of-people-with-a-long-name"
    assert found(grafana, team=team) == [
        f"product, `team`: '{team}' is longer than 32 bytes, the limit for a check's label. -> a shorter name"
    ]


@pytest.mark.parametrize(
    ("when", "longest"), [(Issues(on=("new",)), 256), (ErrorCount().over(hours(1)).above(FEW), 200)]
)
def test_sentry_takes_names_of_256_characters_and_of_200_for_monitors(when, longest):
    head = len("[production] Tiny: P2 ")
    assert found(sentry, alerts=(alert("n" * (longest - head), when),)) == []
    name = "n" * (longest - head + 1)
    shown = f"[production] Tiny: P2 {name.capitalize()}"
    assert found(sentry, alerts=(alert(name, when),)) == [
        (
            f"alert '{name}', `name`: '{name}' makes Sentry's name '{shown}' {longest + 1} characters long; at "
            f"most {longest} are allowed. -> a shorter name"
        )
    ]


@pytest.mark.parametrize(("every", "shown"), [(minutes(1), "1 minute"), (days(31), "31 days")])
def test_sentry_repeats_an_issue_every_five_minutes_to_thirty_days(every, shown):
    assert found(sentry, alerts=(alert("new", Issues(on=("new",), at_most_every=every)),)) == [
        f"alert 'new', `at_most_every`: '{shown}' is outside what Sentry accepts. -> 5 minutes to 30 days"
    ]


def test_sentry_counts_over_certain_windows():
    offered = "1 minute, 5 minutes, 10 minutes, 15 minutes, 30 minutes, 60 minutes, 120 minutes, 240 minutes"
    assert found(sentry, alerts=(alert("many", ErrorCount().over(minutes(7)).above(FEW)),)) == [
        (
            "alert 'many', `over`: '7 minutes' isn't a window that Sentry's metric monitors offer. "
            f"-> one of {offered}, 1440 minutes"
        )
    ]
    assert found(sentry, alerts=(alert("many", ErrorCount().over(hours(1)).above(FEW)),)) == []


def test_sentry_bundles_mails_for_an_hour_at_most():
    errors = ErrorTracking("node", rows=ROW, summarise_every=hours(2))
    assert found(sentry, errors=errors) == [
        "errors, `summarise_every`: '2 hours' is outside what Sentry accepts. -> 1 minute to 1 hour"
    ]


@pytest.mark.parametrize("path", ["docs/post-mortemm.md", "docs", "/etc/passwd", "docs/../README.md", "README.md"])
def test_a_post_mortem_starts_from_a_file_below_docs_and_no_other_is_uploaded(path):
    (text,) = said(datadog.problems(scope(post_mortem=PostMortem("x", path, rows=ROW))))
    assert text == (
        f"post-mortem, `template`: {path!r} isn't a file in docs/, and Datadog gets its content. -> docs/post-mortem.md"
    )


@pytest.mark.parametrize("address", ["PagerDuty-tiny@tiny.example", "pagerduty@tiny.example", "oncall@tiny.example"])
def test_an_address_that_reads_like_the_handle_of_an_integration_is_refused_in_staging_too(address):
    loud = environment(**QUIETER | {"notify": {"email": address}})
    assert any("is an integration's handle" in text for text in said(datadog.problems(scope(loud))))
