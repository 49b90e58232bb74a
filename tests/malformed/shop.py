# ruff: noqa: F403, F405
"""A product file with one of everything at Datadog, for the cases to spoil."""

from components.vocabulary import *

API = Service("shop", "express.request", about="Requests")
PAID = counter("shop.paid", "Paid", ("method", "currency"))
TRIED = counter("shop.tried", "Tried", ("method", "currency"))
WAIT = distribution("shop.wait", Unit.SECONDS, "Waiting", ("queue",))
DISK = infrastructure("system.disk.in_use", Unit.RATIO, "Used part", ("host",))
ON_CALL = PagerDuty("shop")
ALERTS = Slack("#shop-alerts")
TEAM = Email("team@shop.example")
HIGH = Severity(
    "High",
    "High",
    urgency=1,
    answer_within=minutes(15),
    remind_every=minutes(30),
    tell=(ON_CALL, ALERTS),
    rows="SHO-01",
)
LOW = Severity("Low", "Low", urgency=4, answer_within=days(1), tell=(ALERTS, TEAM), rows="SHO-01")
HEALTH = Check("health", "api", "/health", every=minutes(5), rows="SHO-02")
FEW = Objective("few-errors", percent(99.9), bad=Ratio(API.errors, of=API.requests), summary="Few fail", rows="SHO-03")

SALES = Alert(
    "sales",
    HIGH,
    when=Count(PAID.where(method="card")).over(hours(1)).below(times(1)),
    summary="Fewer than {threshold} sales in {window}",
    runbook="Buy something.",
    rows="SHO-04",
)
OTHERS = (
    Alert(
        "slow",
        LOW,
        when=Percentile(95, WAIT, by=("queue",)).over(minutes(5)).above(seconds(3)),
        summary="{queue} is slow",
        runbook="Look.",
        rows="SHO-05",
    ),
    Alert(
        "disk",
        LOW,
        when=Level(DISK, by=("host",)).over(minutes(5)).above(percent(90)),
        summary="{host} is full",
        runbook="Look.",
        rows="SHO-05",
    ),
    Alert(
        "loss",
        HIGH,
        when=LogCount(fields={"event": "loss"}).over(minutes(45)).above(times(0)),
        summary="Loss",
        runbook="Look.",
        rows="SHO-05",
    ),
    Alert(
        "burns",
        LOW,
        when=BudgetBurns(FEW, spending=percent(2), within=hours(1)),
        summary="Burns",
        runbook="Look.",
        rows="SHO-03",
    ),
    Alert("down", HIGH, when=CheckFails(HEALTH, rounds=2), summary="Down", runbook="Look.", rows="SHO-02"),
    Alert("fatal", HIGH, when=Issues(where=(AtLeast("fatal"),)), summary="Fatal", runbook="Look.", rows="SHO-06"),
)
MAIN = Dashboard(
    "main",
    "Main",
    (
        Lines("Sales", (Count(PAID),), about="Sales"),
        Number("Wait", Percentile(95, WAIT), about="Wait", last=(days(1),)),
    ),
    about="Is it up?",
    rows="SHO-07",
)

PRODUCT = Product(
    "shop",
    "Shop",
    "shop-team",
    service="shop",
    telemetry="datadog",
    workspace="shop",
    urls={"production": {"api": "https://api.shop.example"}, "staging": {"api": "https://api.staging.shop.example"}},
    severities=(HIGH, LOW),
    alerts=(SALES, *OTHERS),
    objectives=(FEW,),
    dashboards=(MAIN,),
    also_emits=(TRIED,),
    errors=ErrorTracking("node", rows="SHO-06"),
    log_index=LogIndex("shop", keep=days(15), at_most_daily=times(1000), rows="SHO-08"),
    log_metrics=(LogMetric("lines", LogCount(status=("error",)), by=("event",), about="Lines", rows="SHO-08"),),
    status_page=StatusPage("shop", "Shop status", components=("API", "Web site"), rows="SHO-09"),
    maintenance=(Maintenance("night", ("sunday",), "03:00", "04:00", timezone="UTC", rows="SHO-10"),),
    post_mortem=PostMortem("Shop incident", "docs/post-mortem.md", rows="SHO-11"),
    procedure=("Acknowledge it.",),
)
