"""What Grafana tells of Tikit and FairTradeWorker, whose metrics are kept at Datadog: their checks from outside."""

import pytest

from tests.proof.grafana_days import Day, Usual, lost, played, probed

TIKIT = Usual("tikit", {name: probed(f"tikit-{name}-production") for name in ("api-health", "api-ready", "frontend")})
WORKER = Usual("fair-trade-worker", {"api-health": probed("fair-trade-worker-api-health-production")})
DAYS = [
    (TIKIT, Day("an ordinary day", 120, [])),
    (
        TIKIT,
        Day(
            "total outage of the host for half an hour",
            180,
            [],
            {"api-health": {60: 0, 90: 1}, "api-ready": {60: 0, 90: 1}},
        ),
    ),
    (
        TIKIT,
        Day(
            "a dependency of the API is gone for twenty minutes, and the API says so",
            120,
            [],
            {"api-ready": {60: 0, 80: 1}},
        ),
    ),
    (
        TIKIT,
        Day(
            "the API is back and still isn't ready for half an hour",
            150,
            [],
            {"api-health": {60: 0, 75: 1}, "api-ready": {60: 0, 105: 1}},
        ),
    ),
    (TIKIT, Day("telemetry vendor down: nothing is received for three hours", 300, [], lost(TIKIT, 60, 240))),
    (WORKER, Day("total outage of the host for half an hour", 180, [], {"api-health": {60: 0, 90: 1}})),
]


@pytest.mark.parametrize(("usual", "day"), DAYS, ids=lambda each: each.named if isinstance(each, Day) else each.product)
def test_what_arrives_of_checks_on_a_day(proof, program, usual, day):
    assert played(proof, program, usual, day) == day.arrives
