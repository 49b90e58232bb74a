from decimal import Decimal

import pytest

from components.vocabulary import (
    Absence,
    Anomaly,
    BudgetBurns,
    CertificateExpires,
    Check,
    CheckFails,
    Count,
    Level,
    Objective,
    Ratio,
    ServiceCheck,
    Unit,
    counter,
    days,
    gauge,
    hours,
    minutes,
    percent,
)
from tests.refusals import refused

PAID = counter("paid", "x", ("method",))
TRIED = counter("tried", "x")
HEALTH = Check("health", "api", "/health", every=minutes(5), rows="TNY-01")
FRONT = Check("front", "web", "/", every=minutes(5), rows="TNY-01")


def objective(target=99.9, period=30):
    bad = Ratio(PAID, of=TRIED)
    return Objective("few-errors", percent(target), bad=bad, summary="x", rows="TNY-01", period=days(period))


@pytest.mark.parametrize(
    ("share", "window", "period", "rate"),
    [
        (2, hours(1), 30, "14.4"),
        (5, hours(6), 30, "6"),
        (2, hours(1), 7, "3.36"),
    ],
)
def test_the_burn_rate_follows_from_share_period_and_window(share, window, period, rate):
    burns = BudgetBurns(objective(period=period), spending=percent(share), within=window)
    assert burns.burn_rate == Decimal(rate)


def test_the_short_window_is_a_twelfth_of_the_long_one():
    assert BudgetBurns(objective(), spending=percent(2), within=hours(1)).short == minutes(5)
    assert BudgetBurns(objective(), spending=percent(5), within=hours(6)).short == minutes(30)


def test_a_burn_rate_that_a_total_outage_does_not_reach_is_refused():
    assert refused(lambda: BudgetBurns(objective(target=90), spending=percent(2), within=hours(1))) == [
        (
            "`spending`: '2 %' within 1 hour is a burn rate of 14.4; a total outage burns 10. "
            "-> a smaller share, a longer window or a stricter target"
        )
    ]


def test_a_burn_rate_of_one_is_the_least_that_uses_a_budget_up():
    assert BudgetBurns(objective(), spending=percent(10), within=days(3)).burn_rate == 1
    assert BudgetBurns(objective(), rate=1, within=days(3)).share == percent(10)
    assert refused(lambda: BudgetBurns(objective(), spending=percent(9.9), within=days(3))) == [
        "`spending`: '9.9 %' is within what the period allows. -> a burn rate of 1 or more"
    ]
    assert refused(lambda: BudgetBurns(objective(), rate=0.99, within=days(3))) == [
        "`rate`: '0.99' is within what the period allows. -> a burn rate of 1 or more"
    ]


def test_a_burn_rate_may_be_written_as_such():
    by_rate = BudgetBurns(objective(), rate=14.4, within=hours(1))
    by_share = BudgetBurns(objective(), spending=percent(2), within=hours(1))
    assert (by_rate.burn_rate, by_rate.words()) == (by_share.burn_rate, by_share.words())
    assert by_rate.describe() == by_share.describe()


def test_no_rounding_shows_up_in_what_a_budget_alert_says():
    assert BudgetBurns(objective(), spending=percent(5), within=hours(7)).words()["rate"] == "5.143"
    assert BudgetBurns(objective(period=28), rate=14.4, within=hours(1)).words()["threshold"] == "2.143 %"


def test_a_burn_rate_is_said_in_one_way():
    assert refused(lambda: BudgetBurns(objective(), within=hours(1))) == [
        (
            "`spending`: is missing, and so is `rate`: a burn rate is stated in one way. "
            "-> one of spending=percent(2) and rate=14.4"
        )
    ]
    (text,) = refused(lambda: BudgetBurns(objective(), spending=percent(2), rate=14.4, within=hours(1)))
    why = "`spending`: is given as well as `rate`: a burn rate is stated in one way."
    assert text == f"{why} -> one of spending=percent(2) and rate=14.4"


def test_a_budget_alert_reads_with_rate_and_both_windows():
    burns = BudgetBurns(objective(), spending=percent(2), within=hours(1))
    assert burns.describe() == (
        "few-errors spends 2 % of the budget of 30 days within 1 hour (burn rate 14.4 over 1 hour and 5 minutes)"
    )
    assert burns.words() == {"threshold": "2 %", "window": "1 hour", "rate": "14.4"}
    assert burns.metrics() == (PAID, TRIED)


def test_absence_is_of_a_metric_of_a_check_or_of_any_of_several_metrics():
    assert Absence(PAID, over=hours(1)).describe() == "no data from paid for 1 hour"
    assert Absence(HEALTH, over=hours(1)).metrics() == ()
    assert Absence(PAID, over=hours(1)).signals() == (Count(PAID),)
    load = gauge("cpu", Unit.RATIO, "x")
    several = Absence((PAID, load), over=hours(1))
    assert several.describe() == "no data from paid or cpu for 1 hour"
    assert several.signals() == (Count(PAID), Level(load))
    assert refused(lambda: Absence((), over=hours(1))) == [
        "`of`: is empty: nothing would be watched. -> a metric of each family, or a check"
    ]


def test_absence_needs_a_time():
    assert refused(lambda: Absence(PAID)) == [
        (
            "`over`: is missing: every absence needs it. "
            "-> over=…, a duration, such as seconds(3), minutes(10) or hours(1)"
        )
    ]


def test_a_service_check_counts_from_one_and_tells_hosts_apart():
    assert refused(lambda: ServiceCheck("postgres.can_connect", failures=0, successes=-1, by=())) == [
        "`failures`: 0 is never reached in a row. -> 1 or more",
        "`successes`: -1 is never reached in a row. -> 1 or more",
        '`by`: () would mix the results of all hosts. -> ("host",)',
    ]


def test_a_service_check_reads_with_its_counts():
    check = ServiceCheck("postgres.can_connect", failures=3, successes=2, by=("host", "port"))
    assert check.describe() == ("postgres.can_connect by host, port fails 3 times in a row, clears after 2 successes")
    assert check.groups() == ("host", "port")


@pytest.mark.parametrize(
    ("side", "season", "text"),
    [
        ("above", None, "number of paid: 100 % of 1 hour above 3 deviations"),
        ("both", "daily", "number of paid: 100 % of 1 hour outside 3 deviations, compared daily"),
    ],
)
def test_an_anomaly_reads_with_side_and_season(side, season, text):
    assert Anomaly(Count(PAID), side=side, lasting=hours(1), share=percent(100), season=season).describe() == text


def test_an_anomaly_has_one_of_three_sides():
    assert refused(lambda: Anomaly(Count(PAID), side="up", lasting=hours(1), share=percent(100))) == [
        "`side`: 'up' isn't valid here (str). -> 'above', 'below' or 'both'"
    ]


def test_a_check_fails_in_one_round_at_least():
    assert CheckFails(HEALTH, rounds=2).describe() == "health fails from every location, 2 rounds in a row"
    assert refused(lambda: CheckFails(HEALTH, rounds=0)) == ["`rounds`: 0 isn't a valid number of rounds. -> 1 to 100"]


def test_a_certificate_is_looked_at_somewhere():
    expires = CertificateExpires((HEALTH, FRONT), within=days(14))
    assert expires.describe() == "a certificate behind health or front expires within 14 days"
    assert refused(lambda: CertificateExpires((), within=days(14))) == [
        "`of`: is empty: no certificate would be looked at. -> a check of each site"
    ]


def test_anomalies_and_service_checks_are_grouped_as_they_say():
    anomaly = Anomaly(Count(PAID, by=("method",)), side="above", lasting=hours(1), share=percent(100))
    assert anomaly.groups() == ("method",)
    assert anomaly.signals() == (Count(PAID, by=("method",)),)
