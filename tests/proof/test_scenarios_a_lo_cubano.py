"""Days at A Lo Cubano, written from its document: which messages arrive, to whom, in which order, nothing else."""

import pytest

from proof.grafana.scenarios import Sent
from tests.proof.grafana_days import BACK, Day, Usual, lost, played, probed

OWN = {"product": "a-lo-cubano", "env": "production"}
USUAL = {
    "health": probed("a-lo-cubano-health-production"),
    "health of database": probed("a-lo-cubano-database-production"),
    "requests": Sent("http_requests_total", "counter", OWN, 3),
    "failures": Sent("http_errors_total", "counter", OWN, 0.0005),
    "errors": Sent("errors_rate", "gauge", OWN, 0),
    "p95": Sent("api_response_time_p95", "gauge", OWN, 300),
    "database": Sent("database_response_time", "gauge", OWN, 20),
    "payments": Sent("payments_attempted_total", "counter", OWN, 0.02),
    "failed payments": Sent("payments_failed_total", "counter", OWN, 0),
    "tickets": Sent("ticket_operations_total", "counter", OWN | {"operation": "sold"}, 0.02),
    "circuit of database": Sent("circuit_breaker_open", "gauge", OWN | {"service": "database"}, 0),
    "circuit of Stripe": Sent("circuit_breaker_open", "gauge", OWN | {"service": "stripe"}, 0),
    "circuit of Brevo": Sent("circuit_breaker_open", "gauge", OWN | {"service": "brevo"}, 0),
    "memory": Sent("system_memory_usage", "gauge", OWN, 50),
}
FESTIVAL = Usual("a-lo-cubano", USUAL)
AT_SENTRY = {"#alerts", "team a-lo-cubano"}
PAGED = {"a-lo-cubano-grafana-pagerduty-a-lo-cubano", "a-lo-cubano-grafana-slack-alerts"}
PAGER = {"a-lo-cubano-grafana-pagerduty-a-lo-cubano"}
TOLD = {"a-lo-cubano-grafana-slack-alerts", "alocubanoboulderfest@gmail.com"}
NIGHT = -29 * 60  # long before minute 0: what is usual at that hour
DAYS = [
    Day("an ordinary day", 240, []),
    Day(
        "the database is down for twenty minutes",
        180,
        [
            (60, "database-error", "an issue", AT_SENTRY),
            (61, "many-errors", "Alert", TOLD),
            (61, "site-unhealthy", "Alert", PAGED),
            (62, "errors-burning", "Alert", TOLD),
            (62, "high-error-rate", "Alert", TOLD),
            (63, "uptime-burning", "Alert", TOLD),
            (64, "errors-eroding", "Alert", TOLD),
            (64, "uptime-eroding", "Alert", TOLD),
            (71, "site-unhealthy", "Alert again", PAGED),
            (81, "site-unhealthy", "OK", PAGED),
            (82, "errors-burning", "Alert again", TOLD),
            (82, "high-error-rate", "Alert again", TOLD),
            (83, "uptime-burning", "Alert again", TOLD),
            (86, "many-errors", "OK", TOLD),
            (87, "errors-burning", "OK", TOLD),
            (87, "high-error-rate", "OK", TOLD),
            (88, "uptime-burning", "OK", TOLD),
            (114, "errors-eroding", "OK", TOLD),
            (114, "uptime-eroding", "OK", TOLD),
        ],
        {
            "health": {60: 0, 80: BACK},
            "health of database": {60: 0, 80: BACK},
            "circuit of database": {61: 1, 81: BACK},
            "failures": {60: 2.5, 80: BACK},
            "errors": {60: 150, 80: BACK},
        },
        issues=((60, "no connection", {"service": "database"}),),
    ),
    Day(
        "Stripe is down for twenty minutes",
        180,
        [
            (61, "site-unhealthy", "Alert", PAGED),
            (62, "payment-failures", "Alert", PAGED),
            (63, "uptime-burning", "Alert", TOLD),
            (64, "uptime-eroding", "Alert", TOLD),
            (70, "payments-burning", "Alert", PAGED),
            (71, "site-unhealthy", "Alert again", PAGED),
            (72, "payment-failures", "Alert again", PAGED),
            (76, "lost-payments", "Alert", TOLD),
            (80, "payments-burning", "Alert again", PAGED),
            (81, "site-unhealthy", "OK", PAGED),
            (82, "payment-failures", "Alert again", PAGED),
            (83, "uptime-burning", "Alert again", TOLD),
            (85, "payments-burning", "OK", PAGED),
            (88, "uptime-burning", "OK", TOLD),
            (92, "payment-failures", "Alert again", PAGED),
            (97, "payment-failures", "OK", PAGED),
            (114, "uptime-eroding", "OK", TOLD),
            (141, "lost-payments", "Alert again", TOLD),
        ],
        {"health": {60: 0, 80: BACK}, "circuit of Stripe": {62: 1, 81: BACK}, "failed payments": {60: 0.02, 80: BACK}},
    ),
    Day(
        "total outage of the host for half an hour",
        180,
        [
            (61, "site-unhealthy", "Alert", PAGED),
            (63, "uptime-burning", "Alert", TOLD),
            (64, "uptime-eroding", "Alert", TOLD),
            (69, "metrics-silent", "Alert", TOLD),
            (71, "site-unhealthy", "Alert again", PAGED),
            (81, "site-unhealthy", "Alert again", PAGED),
            (83, "uptime-burning", "Alert again", TOLD),
            (89, "metrics-silent", "Alert again", TOLD),
            (91, "site-unhealthy", "OK", PAGED),
            (93, "uptime-burning, escalated", "Alert", PAGER),
            (94, "metrics-silent", "OK", TOLD),
            (98, "uptime-burning", "OK", TOLD),
            (98, "uptime-burning, escalated", "OK", PAGER),
            (124, "uptime-eroding", "OK", TOLD),
        ],
        {
            "health": {60: 0, 90: BACK},
            "health of database": {60: 0, 90: BACK},
            **lost(FESTIVAL, 60, 90, but_probes=True),
        },
    ),
    Day(
        "a deploy breaks everything for four minutes",
        180,
        [
            (61, "many-errors", "Alert", TOLD),
            (62, "errors-burning", "Alert", TOLD),
            (62, "high-error-rate", "Alert", TOLD),
            (63, "errors-eroding", "Alert", TOLD),
            (71, "many-errors", "OK", TOLD),
            (72, "errors-burning", "OK", TOLD),
            (72, "high-error-rate", "OK", TOLD),
            (98, "errors-eroding", "OK", TOLD),
        ],
        {"failures": {60: 3, 64: BACK}, "errors": {60: 180, 64: BACK}},
    ),
    Day(
        "a quiet night: three requests an hour, one of which fails, and one payment that fails",
        240,
        [],
        {
            "requests": {NIGHT: 3 / 3600},
            "failures": {NIGHT: 1 / 3600},
            "payments": {NIGHT: 1 / 3600},
            "failed payments": {NIGHT: 1 / 3600},
        },
    ),
    Day(
        "a slow leak: memory fills within three hours",
        240,
        [
            (131, "high-memory", "Alert", TOLD),
            (186, "high-memory", "OK", TOLD),
        ],
        {"memory": {30: 60, 60: 70, 90: 79, 120: 85, 180: BACK}},
    ),
    Day(
        "tickets go on sale: fifty times the requests and payments for an hour, served as well as ever",
        150,
        [],
        {
            "requests": {60: 150, 120: BACK},
            "failures": {60: 0.025, 120: BACK},
            "payments": {60: 1, 120: BACK},
            "tickets": {60: 1, 120: BACK},
        },
    ),
    Day(
        "the scrape's token is refused for forty minutes, and the site is well",
        150,
        [
            (69, "metrics-silent", "Alert", TOLD),
            (89, "metrics-silent", "Alert again", TOLD),
            (100, "metrics-silent, escalated", "Alert", PAGER),
            (104, "metrics-silent", "OK", TOLD),
            (105, "metrics-silent, escalated", "OK", PAGER),
        ],
        lost(FESTIVAL, 60, 100, but_probes=True),
    ),
    Day(
        "telemetry vendor down: nothing is received for an hour",
        240,
        [
            (69, "metrics-silent", "Alert", TOLD),
            (89, "metrics-silent", "Alert again", TOLD),
            (100, "metrics-silent, escalated", "Alert", PAGER),
            (109, "metrics-silent", "Alert again", TOLD),
            (119, "checks-silent", "Alert", TOLD),
            (120, "metrics-silent, escalated", "Alert again", PAGER),
            (124, "checks-silent", "OK", TOLD),
            (124, "metrics-silent", "OK", TOLD),
            (125, "metrics-silent, escalated", "OK", PAGER),
        ],
        lost(FESTIVAL, 60, 120),
    ),
]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.named)
def test_what_arrives_on_a_day_at_a_lo_cubano(proof, program, day):
    assert played(proof, program, FESTIVAL, day) == day.arrives
