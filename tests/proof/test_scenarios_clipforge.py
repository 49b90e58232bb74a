"""Days at ClipForge, written from its document: which messages arrive, to whom, in which order, nothing else."""

import json

import pytest

from proof.grafana.scenarios import Logged, Sent
from tests.proof.grafana_days import BACK, Day, Usual, lost, played, probed

OWN = {"product": "clipforge", "env": "production"}
API = OWN | {"instance": "api-1"}
HOST = OWN | {"instance": "host-1"}
STREAM = {"service_name": "clipforge-api", "deployment_environment": "production"}
USUAL = {
    "health": probed("clipforge-health-production"),
    "health of database": probed("clipforge-health-db-production"),
    "health of Redis": probed("clipforge-health-redis-production"),
    "health of storage": probed("clipforge-health-storage-production"),
    "requests": Sent("http_requests_total", "counter", API, 5),
    "failures": Sent("http_requests_failed_total", "counter", API, 0.01),
    "latency": Sent("http_request_duration_seconds", "distribution", API, 5, 0.2, (0.5, 1, 5, 10)),
    "slow requests": Sent("http_request_duration_seconds", "distribution", API | {"path": "/x"}, 0, 8, (0.5, 1, 5, 10)),
    "health time": Sent("health_check_duration_seconds", "distribution", API, 0.05, 0.02, (0.1, 1)),
    "pool": Sent("db_pool_connections_in_use", "gauge", API, 3),
    "signups": Sent("signups_total", "counter", API, 0.001),
    "conversions": Sent("conversions_total", "counter", API, 0.0001),
    "paid": Sent("payments_succeeded_total", "counter", API | {"provider": "stripe"}, 0.002),
    "unpaid": Sent("payments_failed_total", "counter", API | {"provider": "stripe"}, 0.00001),
    "idle": Sent("node_cpu_seconds_total", "counter", HOST | {"mode": "idle"}, 0.7),
    "busy": Sent("node_cpu_seconds_total", "counter", HOST | {"mode": "user"}, 0.3),
    "memory": Sent("node_memory_MemTotal_bytes", "gauge", HOST, 8e9),
    "free memory": Sent("node_memory_MemAvailable_bytes", "gauge", HOST, 4e9),
    "disk": Sent("node_filesystem_size_bytes", "gauge", HOST | {"mountpoint": "/"}, 1e11),
    "free disk": Sent("node_filesystem_avail_bytes", "gauge", HOST | {"mountpoint": "/"}, 5e10),
    "deadlocks": Sent("pg_stat_database_deadlocks", "counter", OWN | {"datname": "clipforge"}, 0),
    "redis": Sent("redis_memory_used_bytes", "gauge", OWN, 1e8),
}
LOGGED = {
    "served": Logged(STREAM, json.dumps({"level": "info", "message": "served"}), 20),
    "errors": Logged(STREAM, json.dumps({"level": "error", "message": "failed"}), 0),
    "no database": Logged(STREAM, json.dumps({"level": "error", "event": "database_connection_failed"}), 0),
}
CLIPFORGE = Usual("clipforge", USUAL, LOGGED)
AT_SENTRY = {"#clipforge-alerts", "team clipforge"}
CHANNEL = {"clipforge-grafana-slack-clipforge-alerts"}
PAGED = {"clipforge-grafana-pagerduty-clipforge", "clipforge-grafana-slack-clipforge-alerts", "team@clipforge.app"}
TOLD = {"clipforge-grafana-slack-clipforge-alerts", "team@clipforge.app"}
NIGHT = -29 * 60  # long before minute 0: what is usual at that hour
DAYS = [
    Day("an ordinary day", 240, []),
    Day(
        "the database is down for twenty minutes",
        180,
        [
            (60, "database-lines", "Alert", TOLD),
            (60, "new-error", "an issue", AT_SENTRY),
            (61, "database-errors", "an issue", {*AT_SENTRY, "pagerduty clipforge"}),
            (61, "error-lines", "Alert", TOLD),
            (62, "elevated-error-rate", "Alert", TOLD),
            (62, "high-error-rate", "Alert", PAGED),
            (63, "uptime-burns-fast", "Alert", TOLD),
            (65, "api-down", "Alert", PAGED),
            (65, "uptime-burns-slowly", "Alert", TOLD),
            (85, "api-down", "OK", PAGED),
            (85, "database-lines", "OK", TOLD),
            (86, "error-lines", "OK", TOLD),
            (87, "elevated-error-rate", "OK", TOLD),
            (87, "high-error-rate", "OK", PAGED),
            (88, "uptime-burns-fast", "OK", TOLD),
            (110, "uptime-burns-slowly", "OK", TOLD),
        ],
        {"health": {60: 0, 80: BACK}, "health of database": {60: 0, 80: BACK}, "failures": {60: 4, 80: BACK}},
        {"no database": {60: 30, 80: BACK}},
        issues=tuple((60 + n // 2, "no connection", {"dependency": "database"}) for n in range(6)),
    ),
    Day(
        "total outage of the host for half an hour",
        180,
        [
            (63, "uptime-burns-fast", "Alert", TOLD),
            (65, "api-down", "Alert", PAGED),
            (65, "uptime-burns-slowly", "Alert", TOLD),
            (74, "api-metrics-silent", "Alert", TOLD),
            (74, "host-metrics-silent", "Alert", TOLD),
            (89, "store-metrics-silent", "Alert", CHANNEL),
            (94, "api-metrics-silent", "OK", TOLD),
            (94, "host-metrics-silent", "OK", TOLD),
            (94, "store-metrics-silent", "OK", CHANNEL),
            (95, "api-down", "OK", PAGED),
            (98, "uptime-burns-fast", "OK", TOLD),
            (120, "uptime-burns-slowly", "OK", TOLD),
        ],
        {
            "health": {60: 0, 90: BACK},
            "health of database": {60: 0, 90: BACK},
            "health of Redis": {60: 0, 90: BACK},
            "health of storage": {60: 0, 90: BACK},
            **lost(CLIPFORGE, 60, 90, but_probes=True),
        },
        {"served": {60: 0, 90: BACK}},
    ),
    Day(
        "a deploy breaks everything for four minutes",
        180,
        [
            (60, "error-lines", "Alert", TOLD),
            (62, "elevated-error-rate", "Alert", TOLD),
            (62, "high-error-rate", "Alert", PAGED),
            (70, "error-lines", "OK", TOLD),
            (72, "elevated-error-rate", "OK", TOLD),
            (72, "high-error-rate", "OK", PAGED),
        ],
        {"failures": {60: 5, 64: BACK}},
        {"errors": {60: 300, 64: BACK}},
    ),
    Day(
        "a quiet night: three requests an hour, one of which fails",
        240,
        [],
        {"requests": {NIGHT: 3 / 3600}, "failures": {NIGHT: 1 / 3600}, "latency": {NIGHT: 3 / 3600}},
        {"served": {NIGHT: 0.1}},
    ),
    Day(
        "a slow leak: memory fills within two hours",
        240,
        [
            (100, "memory-high", "Alert", TOLD),
            (154, "memory-critical", "Alert", PAGED),
            (174, "memory-critical", "OK", PAGED),
            (175, "memory-high", "OK", TOLD),
        ],
        {"free memory": {30: 3e9, 60: 2e9, 90: 1.5e9, 120: 1e9, 150: 7e8, 170: 5e9}},
    ),
    Day(
        "a payment provider is down for three hours",
        240,
        [
            (139, "payments-failing", "Alert", TOLD),
        ],
        {"unpaid": {0: 0.002, 180: BACK}, "paid": {0: 0, 180: BACK}},
    ),
    Day(
        "a flash sale: thirty times the requests for half an hour, served as well as ever",
        150,
        [],
        {"requests": {60: 150, 90: BACK}, "failures": {60: 0.3, 90: BACK}, "latency": {60: 150, 90: BACK}},
    ),
    Day(
        "the agent on the host is dead",
        150,
        [
            (74, "host-metrics-silent", "Alert", TOLD),
        ],
        {n: {60: None} for n in ("idle", "busy", "memory", "free memory", "disk", "free disk")},
    ),
    Day(
        "telemetry vendor down: nothing is received for an hour",
        240,
        [
            (74, "api-metrics-silent", "Alert", TOLD),
            (74, "host-metrics-silent", "Alert", TOLD),
            (89, "checks-silent", "Alert", TOLD),
            (89, "store-metrics-silent", "Alert", CHANNEL),
            (124, "api-metrics-silent", "OK", TOLD),
            (124, "checks-silent", "OK", TOLD),
            (124, "host-metrics-silent", "OK", TOLD),
            (124, "store-metrics-silent", "OK", CHANNEL),
        ],
        lost(CLIPFORGE, 60, 120),
        {"served": {60: 0, 120: BACK}},
    ),
]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.named)
def test_what_arrives_on_a_day_at_clipforge(proof, program, day):
    assert played(proof, program, CLIPFORGE, day) == day.arrives
