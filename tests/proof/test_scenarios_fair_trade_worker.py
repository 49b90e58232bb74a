"""Days at FairTradeWorker, written from its document: which messages arrive, to whom, in which order, nothing else."""

import pytest

from proof.scenarios import Source
from tests.proof.days import Day, Usual, played

API = {"env": "production", "service": "fairtradeworker-backend"}
HOST = {"env": "production", "product": "fair-trade-worker", "host": "a"}
STRIPE, TWILIO, SENDGRID = (
    {"env": "production", "service": f"api.{name}.com"} for name in ("stripe", "twilio", "sendgrid")
)
USUAL = {
    "requests": Source("trace.express.request.hits", "count", API, 20),
    "errors": Source("trace.express.request.errors", "count", API, 0.005),
    "queries": Source(
        "trace.prisma.client.hits", "count", {"env": "production", "service": "fairtradeworker-prisma"}, 40
    ),
    "stripe": Source("trace.http.request.hits", "count", STRIPE, 0.1),
    "stripe errors": Source("trace.http.request.errors", "count", STRIPE, 0),
    "twilio": Source("trace.http.request.hits", "count", TWILIO, 0.1),
    "twilio errors": Source("trace.http.request.errors", "count", TWILIO, 0),
    "sendgrid": Source("trace.http.request.hits", "count", SENDGRID, 0.1),
    "attempts": Source("payment.attempted", "count", API, 0.02),
    "failures": Source("payment.failed", "count", API, 0),
    "logins": Source("auth.login.attempted", "count", API, 0.5),
    "wrong passwords": Source("auth.login.failed", "count", API | {"reason": "credentials"}, 0.02),
    "failed logins": Source("auth.login.failed", "count", API | {"reason": "system"}, 0),
    "sms": Source("notification.attempted", "count", API | {"channel": "sms"}, 0.1),
    "failed sms": Source("notification.failed", "count", API | {"channel": "sms"}, 0),
    "mail": Source("notification.attempted", "count", API | {"channel": "email"}, 0.2),
    "bids": Source("bids.submitted", "count", API, 0.01),
    "open": Source("db.connections.open", "gauge", HOST, 4),
    "most": Source("db.connections.max", "gauge", HOST, 10),
}
SLOW = {"status": "warn", "message": "Slow query", "@duration": 1500.0}
WORKER = Usual("fair-trade-worker", API, HOST | {"port": "5432"}, USUAL, {"slow queries": SLOW})
ON_CALL, BACKUP = "@pagerduty-fairtradeworker", "@pagerduty-fairtradeworker-backup"
ALERTS, MONITORING, TEAM = (
    "@slack-fairtradeworker-alerts",
    "@slack-fairtradeworker-monitoring",
    "@team@fairtradeworker.com",
)

OPS = "@ops@fairtradeworker.com"
PAGED, HIGH, QUIET = {ON_CALL, ALERTS}, {ALERTS, TEAM}, {MONITORING}
LATE = {*PAGED, BACKUP}
NIGHT = -29 * 60  # long before minute 0: what is usual at that hour
ONCE = {NIGHT: 1 / 3600}

DAYS = [
    Day("an ordinary day", 360, []),
    Day("people mistype their passwords, one in five", 120, [], {"wrong passwords": {60: 0.1}}),
    Day(
        "Twilio is down for twenty-five minutes",
        150,
        [
            (62, "notifications-failing", "Alert", PAGED),
            (62, "vendor-failing", "Alert", HIGH),
            (77, "notifications-failing", "Alert again", LATE),
            (92, "notifications-failing", "Alert again", LATE),
            (95, "notifications-failing", "OK", LATE),
            (96, "vendor-failing", "OK", HIGH),
        ],
        {"twilio errors": {60: 0.1, 85: 0}, "failed sms": {60: 0.1, 85: 0}},
    ),
    Day(
        "Stripe is down for twenty-five minutes",
        240,
        [
            (62, "vendor-failing", "Alert", HIGH),
            (64, "payments-failing", "Alert", PAGED),
            *((minute, "payments-failing", "Alert again", LATE) for minute in (79, 94)),
            (96, "vendor-failing", "OK", HIGH),
            *((minute, "payments-failing", "Alert again", LATE) for minute in (109, 124, 139)),
            (144, "payments-failing", "OK", LATE),
        ],
        {"stripe errors": {60: 0.1, 85: 0}, "failures": {60: 0.02, 85: 0}},
    ),
    Day(
        "the database is down for twenty minutes: three pages, of rows FTW-10, FTW-11 and FTW-20",
        180,
        [
            (61, "database-unavailable", "Alert", PAGED),
            (61, "error-rate", "Alert", HIGH),
            (61, "logins-failing", "Alert", PAGED),
            (65, "errors-burn-fast", "Alert", PAGED),
            (71, "errors-burn-slowly", "Alert", HIGH),
            (76, "database-unavailable", "Alert again", LATE),
            (76, "logins-failing", "Alert again", LATE),
            (80, "database-unavailable", "OK", LATE),
            (80, "errors-burn-fast", "Alert again", LATE),
            (83, "error-rate", "OK", HIGH),
            (85, "errors-burn-fast", "OK", LATE),
            *((minute, "logins-failing", "Alert again", LATE) for minute in (91, 106)),
            (109, "errors-burn-slowly", "OK", HIGH),
            (111, "logins-failing", "OK", LATE),
        ],
        {
            "errors": {60: 19, 80: 0.005},
            "attempts": {60: 0, 80: 0.02},
            "failed logins": {60: 0.48, 80: 0},
            "wrong passwords": {60: 0, 80: 0.02},
            "bids": {60: 0, 80: 0.01},
            "sms": {60: 0.02, 80: 0.1},
            "mail": {60: 0.02, 80: 0.2},
        },
        database={60: 0, 80: 1},
    ),
    Day(
        "a deploy breaks everything for four minutes",
        180,
        [
            (61, "error-rate", "Alert", HIGH),
            (61, "logins-failing", "Alert", PAGED),
            (67, "error-rate", "OK", HIGH),
            *((minute, "logins-failing", "Alert again", LATE) for minute in (76, 91)),
            (95, "logins-failing", "OK", LATE),
        ],
        {"errors": {60: 20, 64: 0.005}, "failed logins": {60: 0.5, 64: 0}},
    ),
    Day(
        "a quiet night: three requests an hour, one of which fails, and one payment",
        240,
        [],
        {
            **dict.fromkeys(("errors", "stripe", "twilio", "sendgrid", "logins", "sms", "mail", "bids"), ONCE),
            **dict.fromkeys(("attempts", "failures"), ONCE),
            "requests": {NIGHT: 3 / 3600},
            "queries": {NIGHT: 6 / 3600},
            "wrong passwords": {NIGHT: 0},
        },
        logs={NIGHT: 0.1},
    ),
    Day(
        "after a storm: thirty times the requests, jobs and payments for half an hour, served as well as ever",
        150,
        [],
        {name: {60: 30 * source.usual, 90: source.usual} for name, source in USUAL.items() if source.kind == "count"},
        logs={60: 600, 90: 60},
    ),
    Day(
        "total outage of the host for half an hour: what pages is the check from outside",
        180,
        [
            (70, "database-unavailable", "No Data", {ALERTS}),
            (90, "database-unavailable", "OK", {ALERTS, ON_CALL, BACKUP}),
        ],
        {name: {60: None, 90: source.usual} for name, source in USUAL.items()},
        logs={60: None, 90: 60},
        database={60: None, 90: 1},
    ),
    Day(
        "a slow leak: the pool of the database fills within an hour, and queries become slow",
        150,
        [
            (97, "slow-queries", "Alert", QUIET),
            (104, "database-connections-exhausted", "Alert", {*HIGH, OPS}),
            (122, "database-connections-exhausted", "OK", {*HIGH, OPS}),
            (129, "slow-queries", "OK", QUIET),
        ],
        {"open": {60: 5, 70: 6, 80: 7, 90: 8, 100: 9.5, 120: 4}, "slow queries": {90: 3, 120: 0}},
    ),
    Day(
        "the agent is dead",
        150,
        [
            (70, "database-unavailable", "No Data", {ALERTS}),
            (120, "logs-silent", "Alert", QUIET),
            (120, "traces-silent", "No Data", HIGH),
        ],
        {name: {60: None} for name in USUAL},
        logs={60: None},
        database={60: None},
    ),
]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.named)
def test_what_arrives_on_a_day_at_fair_trade_worker(proof, day):
    assert played(proof, WORKER, day) == day.arrives
