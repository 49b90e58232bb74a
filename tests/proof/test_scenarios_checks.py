"""What Grafana tells of Tikit and FairTradeWorker, whose metrics are kept at Datadog: their checks from outside."""

import pytest

from tests.proof.grafana_days import Day, Usual, lost, played, probed

TIKIT = Usual("tikit", {name: probed(f"tikit-{name}-production") for name in ("api-health", "api-ready", "frontend")})
WORKER = Usual("fair-trade-worker", {"api-health": probed("fair-trade-worker-api-health-production")})
TOLD = {"tikit-grafana-slack-alerts", "team@tikit.app"}
PAGED = {*TOLD, "tikit-grafana-pagerduty-tikit"}
ON_CALL = {"fairtradeworker-grafana-slack-alerts", "fairtradeworker-grafana-pagerduty-fairtradeworker"}
BACKUP = {"fairtradeworker-grafana-pagerduty-fairtradeworker-backup"}
MONITORING = {"fairtradeworker-grafana-slack-monitoring"}
DAYS = [
    (TIKIT, Day("an ordinary day", 120, [])),
    (
        TIKIT,
        Day(
            "total outage of the host for half an hour: one page",
            180,
            [
                (61, "api-down", "Alert", PAGED),
                (62, "availability-burns-fast", "Alert", TOLD),
                (64, "availability-burns-slowly", "Alert", TOLD),
                (81, "api-down", "Alert again", PAGED),
                (91, "api-down", "OK", PAGED),
                (97, "availability-burns-fast", "OK", TOLD),
                (124, "availability-burns-slowly", "OK", TOLD),
            ],
            {"api-health": {60: 0, 90: 1}, "api-ready": {60: 0, 90: 1}},
        ),
    ),
    (
        TIKIT,
        Day(
            "a dependency of the API is gone for twenty minutes, and the API says so",
            120,
            [(66, "api-not-ready", "Alert", TOLD), (81, "api-not-ready", "OK", TOLD)],
            {"api-ready": {60: 0, 80: 1}},
        ),
    ),
    (
        TIKIT,
        Day(
            "the API is back and still isn't ready for half an hour",
            150,
            [
                (61, "api-down", "Alert", PAGED),
                (62, "availability-burns-fast", "Alert", TOLD),
                (64, "availability-burns-slowly", "Alert", TOLD),
                (76, "api-down", "OK", PAGED),
                (82, "api-not-ready", "Alert", TOLD),
                (82, "availability-burns-fast", "OK", TOLD),
                (107, "api-not-ready", "OK", TOLD),
                (109, "availability-burns-slowly", "OK", TOLD),
            ],
            {"api-health": {60: 0, 75: 1}, "api-ready": {60: 0, 105: 1}},
        ),
    ),
    (
        TIKIT,
        Day(
            "telemetry vendor down: nothing is received for three hours",
            300,
            [(179, "checks-silent", "Alert", TOLD), (244, "checks-silent", "OK", TOLD)],
            lost(TIKIT, 60, 240),
        ),
    ),
    (
        WORKER,
        Day(
            "telemetry vendor down: nothing is received for three hours",
            300,
            [(179, "checks-silent", "Alert", MONITORING), (244, "checks-silent", "OK", MONITORING)],
            lost(WORKER, 60, 240),
        ),
    ),
    (
        WORKER,
        Day(
            "total outage of the host for half an hour",
            180,
            [
                (63, "api-down", "Alert", ON_CALL),
                (63, "uptime-burns", "Alert", MONITORING),
                (78, "api-down, escalated", "Alert", BACKUP),
                (83, "api-down", "Alert again", ON_CALL),
                (93, "api-down", "OK", ON_CALL),
                (93, "api-down, escalated", "OK", BACKUP),
                (123, "uptime-burns", "OK", MONITORING),
            ],
            {"api-health": {60: 0, 90: 1}},
        ),
    ),
]


@pytest.mark.parametrize(("usual", "day"), DAYS, ids=lambda each: each.named if isinstance(each, Day) else each.product)
def test_what_arrives_of_checks_on_a_day(proof, program, usual, day):
    assert played(proof, program, usual, day) == day.arrives
