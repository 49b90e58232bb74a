"""A product with one alert of each condition, small enough to write down what every vendor gets."""

import dataclasses
from pathlib import Path

from components.environment import Environment
from components.scope import Scope
from components.stackfile import stack_file
from components.vocabulary import (
    Absence,
    Alert,
    Anomaly,
    AtLeast,
    Attribute,
    BudgetBurns,
    CertificateExpires,
    Check,
    CheckFails,
    Count,
    Dashboard,
    Email,
    ErrorCount,
    ErrorTracking,
    Exclusion,
    FailedTransactions,
    Firing,
    Issues,
    Level,
    Lines,
    LogCount,
    LogIndex,
    LogMetric,
    Mean,
    Number,
    Objective,
    PagerDuty,
    Percentile,
    PostMortem,
    Product,
    Rate,
    Ratio,
    Service,
    ServiceCheck,
    Severity,
    Slack,
    Standing,
    StatusPage,
    Tagged,
    Top,
    Total,
    Unit,
    counter,
    days,
    distribution,
    hours,
    infrastructure,
    milliseconds,
    minutes,
    percent,
    seconds,
    times,
)

ROW = "TNY-01"
ON_CALL, CHANNEL, TEAM = PagerDuty("tiny"), Slack("#alerts"), Email("team@tiny.example")
WAKES = Severity(
    "P0",
    "Critical",
    urgency=1,
    answer_within=minutes(15),
    remind_every=minutes(30),
    tell=(ON_CALL, CHANNEL, TEAM),
    rows=ROW,
)
QUIET = Severity("P2", "Medium", urgency=3, answer_within=hours(4), tell=(CHANNEL,), rows=ROW)

API = Service("tiny-api", "express.request", about="Requests")
VENDORS = Service("vendors", "http.request", about="Calls", services=("a.example", "b.example"))
PAID = counter("payment.paid", "Paid", ("method",))
TRIED = counter("payment.tried", "Tried", ("method",))
AMOUNT = distribution("payment.amount", Unit.MONEY, "Amounts", ("currency",))
DISK = infrastructure("system.disk.in_use", Unit.RATIO, "Used part of a disk", ("host", "device"))

HEALTH = Check("health", "api", "/health", every=minutes(5), rows=ROW)
FRONT = Check("front", "web", "/", every=minutes(1), body="(?i)tiny", timeout=seconds(2.5), rows=ROW)

UP = Objective("up", percent(99.9), good=HEALTH, summary="The API answers", rows=ROW)
CORRECT = Objective("correct", percent(99.9), bad=Ratio(API.errors, of=API.requests), summary="No errors", rows=ROW)
FAST = Objective(
    "fast",
    percent(99),
    good=Percentile(95, API.latency).over(minutes(5)).below(milliseconds(500)),
    summary="Fast",
    period=days(7),
    rows=ROW,
)

SEVERITIES, OBJECTIVES = (WAKES, QUIET), (UP, CORRECT, FAST)

FAILING = Ratio(API.errors, of=API.requests).over(minutes(5), at_least=times(50))
FULL = Level(DISK, taking="maximum", by=("host", "device")).over(minutes(5))


def alert(name, when, severity=QUIET, summary="It is wrong", **other):
    """An alert whose texts don't matter."""
    return Alert(name, severity, when=when, summary=summary, runbook="Look.", rows=ROW, **other)


TELEMETRY = (
    alert("errors", FAILING.above(percent(5), warn=percent(1)), WAKES, "More than {threshold} fail"),
    alert("few-paid", Ratio(PAID, of=TRIED).over(minutes(15), at_least=times(5)).below(percent(1))),
    alert("slow", Percentile(99, API.latency).over(minutes(10)).above(milliseconds(1500))),
    alert("disk", FULL.above(percent(80)), summary="{device} of {host} is over {threshold} full"),
    alert("sales", Count(PAID, by=("method",)).over(hours(1)).below(times(10))),
    alert("revenue", Count(AMOUNT).over(hours(1)).below(times(1))),
    alert("vendors", Ratio(VENDORS.errors, of=VENDORS.requests, by=("service",)).over(minutes(5)).above(percent(5))),
    alert("loss", LogCount(fields={"event": "loss"}).over(hours(1)).above(times(0)), WAKES),
    alert(
        "refused",
        LogCount(message="Refused", by=("method", "error.code")).over(minutes(10)).above(times(5)),
        summary="{error.code} by {method}",
    ),
    alert("database", ServiceCheck("postgres.can_connect", failures=3, successes=2, by=("host",)), WAKES),
    alert("silent", Absence(API.requests, over=hours(1)), WAKES),
    alert("odd", Anomaly(Percentile(95, API.latency), side="above", lasting=hours(1), share=percent(100))),
    alert(
        "odd-season",
        Anomaly(Count(PAID), side="both", lasting=minutes(30), history=days(1), share=percent(50), season="weekly"),
    ),
    alert("burns", BudgetBurns(CORRECT, spending=percent(2), within=hours(1)), tell=(TEAM,)),
)
ON_CHECKS = (
    alert("down", CheckFails(HEALTH, rounds=2), WAKES),
    alert("front-down", CheckFails(FRONT, rounds=3), WAKES, tell=(PagerDuty("tiny-web"),)),
    alert("certificate", CertificateExpires((HEALTH, FRONT), within=days(14)), summary="Less than {threshold} left"),
    alert("unprobed", Absence(HEALTH, over=minutes(30))),
    alert("up-burns", BudgetBurns(UP, spending=percent(2), within=hours(1)), WAKES),
)
ON_ERRORS = (
    alert("fatal", Issues(where=(AtLeast("fatal"),)), WAKES),
    alert(
        "returned",
        Issues(
            on=("new", "regressed", "reappeared"),
            where=(Tagged("operation", "contains", "pay"), Attribute("http.url", "is set")),
            more_than=times(10),
            within="1h",
            at_most_every=hours(1),
        ),
    ),
    alert("many", ErrorCount("level:error").over(minutes(60)).above(times(100)), WAKES),
    alert("failed", FailedTransactions("transaction:*/pay").over(minutes(5)).above(percent(5)), tell=(TEAM,)),
)

DASHBOARD = Dashboard(
    "main",
    "Main",
    about="Everything",
    rows=ROW,
    widgets=(
        Firing("Now", about="What fires"),
        Number("Errors", FAILING.measure(), about="Share", last=(days(1), days(7))),
        Number("Full", Level(DISK, taking="maximum", by=("host", "device")), about="Disk", last=(hours(1),)),
        Lines("Errors", (FAILING.measure(),), about="Share"),
        Lines("Latency", (Percentile(99, API.latency), Percentile(50, API.latency)), about="Seconds"),
        Lines("Sales", (Count(PAID, by=("method",)),), about="Sales", bars=True),
        Lines("Refused", (LogCount(message="Refused", by=("method", "error.code")),), about="Refused", bars=True),
        Lines("Requests", (Rate(API.requests),), about="Rate", stacked=True),
        Lines("Money", (Total(AMOUNT, by=("currency",)), Mean(AMOUNT, by=("currency",))), about="Money"),
        Top("Methods", LogCount(message="Paid", by=("method",)), about="Most used", last=days(7), count=5),
        Standing("Correct", CORRECT, about="Budget"),
    ),
)

TINY = Product(
    "tiny",
    "Tiny",
    "tiny-team",
    service="tiny-api",
    telemetry="datadog",
    workspace="tiny",
    urls={
        "production": {"api": "https://api.tiny.example", "web": "https://tiny.example"},
        "staging": {"api": "https://api.staging.tiny.example", "web": "https://staging.tiny.example"},
    },
    severities=SEVERITIES,
    objectives=OBJECTIVES,
    alerts=(*TELEMETRY, *ON_CHECKS, *ON_ERRORS),
    dashboards=(DASHBOARD,),
    errors=ErrorTracking(
        "node", rows=ROW, ignore=("*b*", "*a*"), summarise_every=minutes(30), highlight=("release", "operation")
    ),
    log_index=LogIndex(
        "tiny",
        keep=days(15),
        at_most_daily=times(1000),
        rows=ROW,
        exclude=(Exclusion("debug", LogCount(status=("debug",)), percent(90)),),
    ),
    log_metrics=(
        LogMetric("lines", LogCount(status=("*",)), by=("status",), about="Lines", rows=ROW),
        LogMetric("sold", LogCount(message="Sold"), value="amount", by=("method",), about="Sold", rows=ROW),
    ),
    status_page=StatusPage("tiny", "Tiny status", components=("API", "Web site"), rows=ROW),
    post_mortem=PostMortem("Tiny incident", "docs/post-mortem.md", rows=ROW),
)

# Keys that a test doesn't care about are those of the real production.
KEYS = stack_file(Path(__file__).resolve().parents[1], "prod").get("monitoring:environment") | {
    "name": "production",
    "suffix": "",
    "notify": "as-declared",
    "datadog-organization": "Tiny Org",
    "sentry-organization": "tiny-org",
    "grafana-metrics-datasource": "prom",
    "runbooks": "https://example.com/runbooks",
    "probe-from": ["Frankfurt", "Ohio"],
    "probe-at-most-every": "30s",
    "keep-logs-at-most": "30d",
    "protect": True,
}
QUIETER = {
    "name": "staging",
    "suffix": "-staging",
    "notify": {"slack": "#{product}-staging"},
    "has-users": False,
    "probe-from": ["Frankfurt"],
    "probe-at-most-every": "30m",
    "keep-logs-at-most": "7d",
    "protect": False,
}


def environment(**other):
    """Production; keys with underscores replace its own."""
    keys = {name.replace("_", "-"): value for name, value in other.items()}
    return Environment.parse(KEYS | keys, "Pulumi.test.yaml")


PRODUCTION = environment()
STAGING = environment(**QUIETER)


def product(**other):
    """Tiny with other fields."""
    return dataclasses.replace(TINY, **other)


def scope(environment=PRODUCTION, **other):
    """Tiny with other fields, in production unless said otherwise."""
    return Scope(product(**other), environment)
