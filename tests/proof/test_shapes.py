"""Shapes of alerts that a newcomer's products had and the five products don't: each does what its file says."""

import pytest

from tests.proof.test_every_word import only

PRODUCT = """
from components.vocabulary import *

CHANNEL, LEAD = Slack("#shop"), Email("lead@shop.example")
SOON = Severity(
    "Soon", "Soon", urgency=2, answer_within=hours(1), tell=CHANNEL, escalate_after=minutes({after}), escalate_to=LEAD
)
LATER = Severity("Later", "Later", urgency=3, answer_within=days(1), tell=CHANNEL)
HEALTH = Check(
    "health", "api", "/health", every=hours(1), if_silent=Silence(LATER, after=hours(6)), if_certificate_ends=LATER
)
TRIED = counter("payments.tried", "Tried", ("provider",))
FAILED = counter("payments.failed", "Failed", ("provider",))
UP = gauge("db.up", Unit.COUNT, "1 while the database answers", most=times(1))
SHARE, BY_PROVIDER = Ratio(FAILED, of=TRIED), Ratio(FAILED, of=TRIED, by=("provider",))
DATABASE = Level(UP, taking="maximum")


def told(name, when, severity=SOON, summary="{{threshold}}", **other):
    return Alert(name, severity, when=when, summary=summary, runbook="Look.", **other)


ALERTS = (
    told("rarely-probed", CheckFails(HEALTH, rounds=2), summary="It fails"),
    told("database", DATABASE.over(minutes(2)).below(times(1))),
    told(
        "failing",
        SHARE.over(minutes(5), at_least=times(50)).above(percent(5), clear=percent(3)),
        depends_on="database",
    ),
    told(
        "failing-by-provider",
        BY_PROVIDER.over(minutes(15), at_least=times(20)).above(percent(10)),
        summary="{{threshold}} of {{provider}}",
    ),
    told("silent", Absence((TRIED, UP), over=hours(1)), LATER, summary="None in {{window}}"),
)
MAIN = Dashboard(
    "main", "Main", about="x", widgets=(Firing("Now", about="x"), *(
        Lines(f"Line {{n}}", each, about="x") for n, each in enumerate((SHARE, BY_PROVIDER, DATABASE))
    )),
)
PRODUCT = Product(
    "shop",
    "Shop",
    "shop-team",
    service="shop",
    telemetry="grafana",
    workspace="shop",
    urls={{
        "production": {{"api": "https://api.shop.example"}}, "staging": {{"api": "https://api.staging.shop.example"}}
    }},
    **named_in(globals()),
)
"""


@pytest.mark.parametrize("after", [22, 30])
def test_rare_checks_late_tellings_and_groups_that_are_lost_do_what_the_product_file_says(copy, program, after):
    only(copy, PRODUCT.format(after=after))
    played = copy.run("proof")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    assert ", 0 fail, " in played.stdout.splitlines()[0]
