"""A product that keeps its metrics and logs at Grafana: one of each word that becomes something there."""

import dataclasses

from components.scope import Scope
from components.vocabulary import (
    Absence,
    Buckets,
    BudgetBurns,
    Count,
    Dashboard,
    Dial,
    Firing,
    Kind,
    Level,
    Lines,
    Listing,
    LogCount,
    Maintenance,
    Number,
    Objective,
    Percentile,
    Rate,
    Ratio,
    Scrape,
    Severity,
    Standing,
    Top,
    Unit,
    Webhook,
    Within,
    counter,
    days,
    distribution,
    exposed,
    gauge,
    hours,
    minutes,
    percent,
    seconds,
    times,
)
from tests.tiny import CHANNEL, ON_CALL, PRODUCTION, ROW, TEAM, TINY, UP, alert

HOOK = Webhook("bot")
WAKES = Severity("P1", "Critical", urgency=1, answer_within=minutes(15), tell=(ON_CALL, CHANNEL, TEAM, HOOK), rows=ROW)
PATIENT = Severity(
    "P2",
    "High",
    urgency=3,
    answer_within=hours(1),
    tell=(CHANNEL,),
    remind_every=hours(4),
    escalate_after=minutes(30),
    escalate_to=(ON_CALL,),
    rows=ROW,
)

REQUESTS = counter("http.requests", "Requests", ("http.route",))
FAILURES = counter("http.failures", "Failures", ("http.route",))
SKIPPED = counter("jobs.skipped", "Skipped", ("queue",))
DONE = counter("jobs.done", "Done", ("queue",))
DURATION = distribution("http.duration", Unit.SECONDS, "Durations", ("http.route",))
USED = gauge("pool.used", Unit.COUNT, "Used", ("pool",))
FREE = gauge("pool.free", Unit.COUNT, "Free", ("pool",))
HEAP = exposed("process_heap_bytes", Kind.GAUGE, Unit.BYTES, "Heap", ("pod",))

FAILING = Ratio(FAILURES, of=REQUESTS).over(minutes(5), at_least=times(20))
SLOW = Percentile(95, DURATION).over(minutes(10))
CORRECT = Objective("correct", percent(99.9), bad=Ratio(FAILURES, of=REQUESTS), summary="No failures", rows=ROW)
FAST = Objective("fast", percent(99), good=Within(DURATION, seconds(1)), summary="Fast", period=days(7), rows=ROW)

ALERTS = (
    alert("errors", FAILING.above(percent(5), clear=percent(4), lasting=minutes(5)), WAKES),
    alert("few-errors", FAILING.above(percent(1)), PATIENT),
    alert("slow", SLOW.above(seconds(3), lasting=minutes(10)), PATIENT, tell=(TEAM,)),
    alert("routes", Count(FAILURES, by=("http.route",)).over(hours(1)).above(times(10)), PATIENT, "{http.route} fails"),
    alert("pool-full", Level(USED, taking="maximum").over(minutes(5)).above(times(9)), WAKES),
    alert("logged", LogCount(fields={"event": "loss"}).over(minutes(10)).above(times(0)), WAKES),
    alert("silent", Absence((REQUESTS, DURATION, USED), over=minutes(30)), WAKES),
    alert("burns", BudgetBurns(CORRECT, spending=percent(2), within=hours(1), at_least=times(100)), WAKES),
    alert("slow-burns", BudgetBurns(FAST, spending=percent(20), within=hours(12), at_least=times(50)), WAKES),
)
DASHBOARD = Dashboard(
    "main",
    "Main",
    about="Everything",
    rows=ROW,
    widgets=(
        Firing("Now", about="What fires"),
        Number("Errors", FAILING.measure(), about="Share", last=(hours(1), days(1))),
        Dial("Done", Ratio(DONE, of=(DONE, SKIPPED)), about="Jobs", last=days(1), target=percent(95)),
        Lines("Errors", (FAILING.measure(),), about="Share"),
        Lines("Latency", (SLOW.measure(), Percentile(50, DURATION)), about="Durations"),
        Lines("Pool", (Level(USED, taking="maximum"), Level(FREE)), about="Connections", stacked=True),
        Lines("Failures", (Count(FAILURES, by=("http.route",)),), about="By route", bars=True),
        Lines("Lost", (LogCount(fields={"event": "loss"}),), about="Each has alerted"),
        Lines("Both", (LogCount(message="x"), Count(REQUESTS)), about="Two sources"),
        Number("Failures", Count(FAILURES, by=("http.route",)), about="By route", last=(hours(1), days(1))),
        Top("Worst", Count(FAILURES, by=("http.route",)), about="Worst routes", last=days(1), count=5),
        Buckets("Spread", DURATION, about="Durations"),
        Listing(
            "Routes",
            (Count(REQUESTS, by=("http.route",)), Percentile(95, DURATION, by=("http.route",))),
            about="All routes",
            last=days(1),
        ),
        Lines("Heap", (Level(HEAP, by=("pod",)), Level(HEAP)), about="Memory"),
        Lines("Rate", (Rate(REQUESTS),), about="Use"),
        Standing("Correct", CORRECT, about="Budget"),
        Standing("Up", UP, about="Probes"),
    ),
)
SLEEP = Maintenance("sunday", ("saturday", "sunday"), "02:00", "04:30", timezone="Europe/Berlin", rows=ROW)

GRAFANA = dataclasses.replace(
    TINY,
    telemetry="grafana",
    severities=(WAKES, PATIENT),
    objectives=(UP, CORRECT, FAST),
    alerts=ALERTS,
    dashboards=(DASHBOARD,),
    maintenance=(SLEEP,),
    scrape=Scrape("metrics", "api", "/metrics", every=seconds(60), rows=ROW),
    errors=None,
    log_index=None,
    log_metrics=(),
    status_page=None,
    post_mortem=None,
)


def kept_at_grafana(environment=PRODUCTION, **other):
    """The product with other fields, in production unless said otherwise."""
    return Scope(dataclasses.replace(GRAFANA, **other), environment)
