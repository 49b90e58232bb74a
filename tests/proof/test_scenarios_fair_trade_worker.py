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

DAYS = [
    Day("an ordinary day", 360, []),
    Day("people mistype their passwords, one in five", 120, [], {"wrong passwords": {60: 0.1}}),
    Day(
        "Twilio is down for twenty-five minutes",
        150,
        [
            (62, "notifications-failing", "Alert", PAGED),
            (62, "vendor-failing", "Alert", HIGH),
            (77, "notifications-failing", "Alert again", {*PAGED, BACKUP}),
            (92, "notifications-failing", "Alert again", {*PAGED, BACKUP}),
            (95, "notifications-failing", "OK", {*PAGED, BACKUP}),
            (96, "vendor-failing", "OK", HIGH),
        ],
        {"twilio errors": {60: 0.1, 85: 0}, "failed sms": {60: 0.1, 85: 0}},
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
