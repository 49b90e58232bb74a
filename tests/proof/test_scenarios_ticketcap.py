"""Days at TicketCap, written from its document: which messages arrive, to whom, in which order, nothing else."""

import pytest

from proof.grafana.scenarios import Sent
from tests.proof.grafana_days import BACK, Day, Usual, lost, played, probed

OWN = {"job": "ticketcap", "deployment_environment": "production"}
BOUNDS = (100, 500, 1000, 2000, 5000, 10000)
USUAL = {
    "health": probed("ticketcap-api-health-production"),
    "requests": Sent("api_request_count_total", "counter", OWN | {"endpoint": "/events"}, 2),
    "failures": Sent("api_error_count_total", "counter", OWN | {"endpoint": "/events"}, 0.001),
    "api time": Sent(
        "api_request_duration_milliseconds", "distribution", OWN | {"endpoint": "/events"}, 2, 150, BOUNDS
    ),
    "query time": Sent("db_query_duration_milliseconds", "distribution", OWN, 6, 20, BOUNDS),
    "slow queries": Sent("db_query_duration_milliseconds", "distribution", OWN | {"kind": "slow"}, 0, 900, BOUNDS),
    "transaction time": Sent("db_transaction_duration_milliseconds", "distribution", OWN, 0.1, 80, BOUNDS),
    "payments": Sent("payment_created_total", "counter", OWN, 0.02),
    "completed": Sent("payment_completed_total", "counter", OWN, 0.0198),
    "payment time": Sent("payment_processing_time_milliseconds", "distribution", OWN, 0.02, 1500, BOUNDS),
    "registrations": Sent("registration_created_total", "counter", OWN, 0.05),
    "registration time": Sent("registration_duration_milliseconds", "distribution", OWN, 0.05, 300, BOUNDS),
    "promotions": Sent("waitlist_promotion_total", "counter", OWN, 0.01),
    "promotion time": Sent("waitlist_promotion_duration_milliseconds", "distribution", OWN, 0.01, 200, BOUNDS),
    "places": Sent("registration_capacity_utilization_ratio", "gauge", OWN | {"event_id": "e1"}, 0.5),
}
TICKETCAP = Usual("ticketcap", USUAL)
NIGHT = -29 * 60
AT_SENTRY = {"#ticketcap-alerts", "team ticketcap"}
CHANNEL = {"kartis-grafana-slack-ticketcap-alerts"}
TOLD = {"alerts@kartis.info", "kartis-grafana-slack-ticketcap-alerts"}
DAYS = [
    Day("an ordinary day", 240, []),
    Day(
        "the database is down for twenty minutes",
        180,
        [
            (60, "database-connection", "an issue", AT_SENTRY),
            (64, "site-down", "Alert", TOLD),
            (84, "site-down", "OK", TOLD),
        ],
        {
            "health": {60: 0, 80: BACK},
            "failures": {60: 1.8, 80: BACK},
            "payments": {60: 0, 80: BACK},
            "completed": {60: 0, 80: BACK},
            "registrations": {60: 0, 80: BACK},
        },
        issues=((60, "P1001", {"error_type": "database_connection"}),),
    ),
    Day(
        "YaadPay is down for an hour",
        240,
        [
            (74, "payments-failing", "Alert", TOLD),
            (139, "payments-failing", "Alert again", TOLD),
            (149, "payments-failing", "OK", TOLD),
        ],
        {"completed": {60: 0, 120: BACK}},
    ),
    Day(
        "total outage of the host for half an hour",
        180,
        [
            (64, "site-down", "Alert", TOLD),
            (94, "site-down", "OK", TOLD),
        ],
        {"health": {60: 0, 90: BACK}, **lost(TICKETCAP, 60, 90, but_probes=True)},
    ),
    Day(
        "a deploy breaks everything for four minutes",
        180,
        [
            (66, "high-error-rate", "Alert", TOLD),
            (71, "high-error-rate", "OK", TOLD),
        ],
        {"failures": {60: 2, 64: BACK}},
    ),
    Day(
        "a quiet night: three requests an hour, one of which fails, and one payment that fails",
        240,
        [],
        {
            "requests": {NIGHT: 3 / 3600},
            "failures": {NIGHT: 1 / 3600},
            "payments": {NIGHT: 1 / 3600},
            "completed": {NIGHT: 0},
            "registrations": {NIGHT: 0},
            "promotions": {NIGHT: 0},
        },
    ),
    Day(
        "a slow leak: one query in ten becomes slow",
        180,
        [
            (82, "slow-database", "Alert", TOLD),
            (127, "slow-database", "OK", TOLD),
        ],
        {"slow queries": {60: 0.2, 75: 0.7, 120: BACK}},
    ),
    Day(
        "a popular event opens: forty times the registrations and payments, and it fills up",
        150,
        [
            (82, "event-near-capacity", "Alert", CHANNEL),
        ],
        {
            "requests": {60: 80, 90: BACK},
            "failures": {60: 0.04, 90: BACK},
            "api time": {60: 80, 90: BACK},
            "payments": {60: 0.8, 90: BACK},
            "completed": {60: 0.79, 90: BACK},
            "registrations": {60: 2, 90: BACK},
            "registration time": {60: 2, 90: BACK},
            "places": {70: 0.9, 80: 0.97, 100: 1},
        },
    ),
    Day(
        "the exporter is dead for an hour and a half, and the application is well",
        180,
        [(119, "telemetry-silent", "Alert", TOLD), (154, "telemetry-silent", "OK", TOLD)],
        lost(TICKETCAP, 60, 150, but_probes=True),
    ),
    Day(
        "telemetry vendor down: nothing is received for two hours",
        300,
        [
            (119, "checks-silent", "Alert", TOLD),
            (119, "telemetry-silent", "Alert", TOLD),
            (184, "checks-silent", "OK", TOLD),
            (184, "telemetry-silent", "OK", TOLD),
        ],
        lost(TICKETCAP, 60, 180),
    ),
]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.named)
def test_what_arrives_on_a_day_at_ticketcap(proof, program, day):
    assert played(proof, program, TICKETCAP, day) == day.arrives
