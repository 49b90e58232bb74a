"""Days at Tikit, written from its document: which messages arrive, to whom, in which order, and nothing else.

What Datadog and Sentry tell; Grafana's checks from outside are played alert by alert.
"""

import pytest

from proof.scenarios import Source
from tests.proof.days import Day, Usual, played

API = {"env": "production", "service": "tikit-backend"}
HOST = {"env": "production", "product": "tikit", "host": "a"}
PAYSTACK = {"env": "production", "service": "api.paystack.co"}
FLUTTERWAVE = {"env": "production", "service": "api.flutterwave.com"}
USUAL = {
    "requests": Source("trace.express.request.hits", "count", API, 20),
    "errors": Source("trace.express.request.errors", "count", API, 0.001),
    "paystack": Source("trace.http.request.hits", "count", PAYSTACK, 0.3),
    "paystack errors": Source("trace.http.request.errors", "count", PAYSTACK, 0),
    "flutterwave": Source("trace.http.request.hits", "count", FLUTTERWAVE, 0.1),
    "attempts": Source("payment.attempted", "count", API, 0.4),
    "failures": Source("payment.failed", "count", API, 0.002),
    "successes": Source("payment.succeeded", "count", API, 0.3),
    "connections": Source("postgresql.percent_usage_connections", "gauge", HOST, 0.4),
    "memory": Source("system.mem.pct_usable", "gauge", HOST, 0.5),
    "disk": Source("system.disk.in_use", "gauge", HOST | {"device": "sda"}, 0.5),
    "hits": Source("redis.stats.keyspace_hits", "gauge", HOST, 90),
    "misses": Source("redis.stats.keyspace_misses", "gauge", HOST, 10),
}
NIGHT = -29 * 60  # long before minute 0: what is usual at that hour
ON_CALL, ALERTS, TEAM = "@pagerduty-tikit", "@slack-tikit-alerts", "@team@tikit.app"
ALL, QUIET = {ON_CALL, ALERTS, TEAM}, {ALERTS, TEAM}
MAIL, AT_SENTRY = {"team tikit-backend"}, {"pagerduty tikit", "#alerts", "team tikit-backend"}


TIKIT = Usual("tikit", API, HOST | {"port": "5432"}, USUAL)

DAYS = [
    Day("an ordinary day", 360, []),
    Day(
        "a quiet night: three requests an hour, one of which fails, and one payment that is declined",
        240,
        [],
        {
            "requests": {NIGHT: 3 / 3600},
            "errors": {NIGHT: 1 / 3600},
            "attempts": {NIGHT: 1 / 3600},
            "successes": {NIGHT: 0},
            "failures": {NIGHT: 0},
            "paystack": {NIGHT: 1 / 3600},
            "flutterwave": {NIGHT: 0},
            "hits": {NIGHT: 0.01},
            "misses": {NIGHT: 0.01},
        },
        logs={NIGHT: 0.1},
    ),
    Day(
        "a payment provider is down for ten minutes, and every other payment with it",
        120,
        [
            (60, "new-error", "an issue", MAIL),
            (60, "payment-error", "an issue", AT_SENTRY),
            (61, "payments-failing", "Alert", ALL),
            (62, "vendor-failing", "Alert", QUIET),
            (76, "payments-failing", "OK", ALL),
            (81, "vendor-failing", "OK", QUIET),
        ],
        {
            "paystack errors": {60: 0.3, 70: 0},
            "failures": {60: 0.2, 70: 0.002},
            "successes": {60: 0.15, 70: 0.3},
        },
        issues=((60, "paystack", "payment.verify"), (61, "paystack", "payment.verify")),
    ),
    Day(
        "a deploy breaks everything for four minutes",
        180,
        [
            (60, "new-error", "an issue", MAIL),
            (61, "budget-burns-fast", "Alert", QUIET),
            (62, "elevated-error-rate", "Alert", QUIET),
            (62, "high-error-rate", "Alert", ALL),
            (69, "budget-burns-fast", "OK", QUIET),
            (71, "high-error-rate", "OK", ALL),
            (81, "elevated-error-rate", "OK", QUIET),
        ],
        {"errors": {60: 20, 64: 0.001}},
        issues=((60, "undefined", "request"),),
    ),
    Day(
        "a flash sale: thirty times the requests and payments for half an hour, served as well as ever",
        150,
        [],
        {
            "requests": {60: 600, 90: 20},
            "errors": {60: 0.03, 90: 0.001},
            "attempts": {60: 12, 90: 0.4},
            "failures": {60: 0.06, 90: 0.002},
            "successes": {60: 9, 90: 0.3},
            "paystack": {60: 9, 90: 0.3},
        },
        logs={60: 600, 90: 60},
    ),
    Day(
        "the database is down for twenty minutes: one page",
        180,
        [
            (60, "new-error", "an issue", MAIL),
            (61, "budget-burns-fast", "Alert", QUIET),
            (61, "database-unavailable", "Alert", ALL),
            (76, "database-unavailable", "Alert again", ALL),
            (80, "database-unavailable", "OK", ALL),
            (85, "budget-burns-fast", "OK", QUIET),
        ],
        {
            "errors": {60: 20, 80: 0.001},
            "attempts": {60: 0, 80: 0.4},
            "failures": {60: 0, 80: 0.002},
            "successes": {60: 0, 80: 0.3},
            "connections": {60: None, 80: 0.4},
        },
        database={60: 0, 80: 1},
        issues=((60, "no connection", "database"),),
    ),
    Day(
        "the database comes back after ten minutes, and the API goes on failing until it is restarted",
        120,
        [
            (61, "budget-burns-fast", "Alert", QUIET),
            (61, "database-unavailable", "Alert", ALL),
            (70, "database-unavailable", "OK", ALL),
            (79, "high-error-rate", "Alert", ALL),
            (89, "budget-burns-fast", "OK", QUIET),
            (89, "elevated-error-rate", "Alert", QUIET),
            (91, "high-error-rate", "OK", ALL),
            (101, "elevated-error-rate", "OK", QUIET),
        ],
        {"errors": {60: 20, 84: 0.001}},
        database={60: 0, 70: 1},
    ),
    Day(
        "nobody knows of the database, as its check reports nothing: a deploy that breaks everything is told",
        120,
        [
            (40, "database-unavailable", "No Data", QUIET),
            (61, "budget-burns-fast", "Alert", QUIET),
            (62, "elevated-error-rate", "No Data", QUIET),
            (62, "high-error-rate", "No Data", ALL),
            (69, "budget-burns-fast", "OK", QUIET),
            (71, "high-error-rate", "OK", ALL),
            (81, "elevated-error-rate", "OK", QUIET),
        ],
        {"errors": {60: 20, 64: 0.001}},
        database={30: None},
    ),
    Day(
        "the rush ends, and half of the few look-ups that are left miss the cache",
        120,
        [],
        {"hits": {60: 0.01}, "misses": {60: 0.01}},
    ),
    Day(
        "the cache was emptied, and half of its many look-ups miss for half an hour",
        120,
        [(70, "low-cache-hit-rate", "Alert", QUIET), (99, "low-cache-hit-rate", "OK", QUIET)],
        {"hits": {60: 40, 90: 90}, "misses": {60: 60, 90: 10}},
    ),
    Day(
        "a slow leak: the memory of a host fills within two hours",
        240,
        [
            (124, "high-memory", "Warn", QUIET),
            (154, "high-memory", "Alert", QUIET),
            (180, "high-memory", "Warn", QUIET),
            (181, "high-memory", "OK", QUIET),
        ],
        {"memory": {30: 0.4, 60: 0.3, 90: 0.2, 120: 0.14, 150: 0.09, 180: 0.5}},
    ),
    Day(
        "total outage of the host for half an hour: what pages is the check from outside",
        180,
        [(70, "database-unavailable", "No Data", QUIET), (90, "database-unavailable", "OK", ALL)],
        {name: {60: None, 90: source.usual} for name, source in USUAL.items()},
        logs={60: None, 90: 60},
        database={60: None, 90: 1},
    ),
    Day(
        "telemetry vendor down: Datadog receives nothing for two hours",
        240,
        [
            (70, "database-unavailable", "No Data", QUIET),
            (120, "logs-silent", "Alert", QUIET),
            (120, "telemetry-silent", "No Data", QUIET),
            (180, "database-unavailable", "OK", ALL),
            (180, "logs-silent", "OK", QUIET),
            (180, "telemetry-silent", "OK", QUIET),
        ],
        {name: {60: None, 180: source.usual} for name, source in USUAL.items()},
        logs={60: None, 180: 60},
        database={60: None, 180: 1},
    ),
    Day(
        "the agent is dead",
        150,
        [
            (70, "database-unavailable", "No Data", QUIET),
            (120, "logs-silent", "Alert", QUIET),
            (120, "telemetry-silent", "No Data", QUIET),
        ],
        {name: {60: None} for name in USUAL},
        logs={60: None},
        database={60: None},
    ),
]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.named)
def test_what_arrives_on_a_day_at_tikit(proof, day):
    assert played(proof, TIKIT, day) == day.arrives
