"""What is said at a check, an index or an objective becomes an alert, in words that a product can replace."""

import dataclasses

import pytest

from components.problems import collecting
from components.vocabulary import (
    WORKBOOK,
    Absence,
    Alert,
    BudgetBurns,
    Burn,
    BurnRate,
    CertificateExpires,
    Check,
    CheckFails,
    Expiry,
    Guard,
    LogCount,
    LogIndex,
    LogsStored,
    Objective,
    Product,
    Severity,
    Silence,
    Slack,
    burn_rates,
    days,
    hours,
    minutes,
    percent,
    times,
)
from tests.refusals import refused, said

P1 = Severity("P1", "High", urgency=1, answer_within=hours(1), tell=Slack("#alerts"), rows="TNY-01")
P3 = Severity("P3", "Low", urgency=3, answer_within=days(1), tell=Slack("#alerts"), rows="TNY-01")
UNTOLD = Severity("P5", "None", urgency=5, answer_within=days(1), tell=(), rows="TNY-01")


def check(name="health", rows="TNY-02", **guards):
    return Check(name, "api", "/health", every=minutes(5), rows=rows, **guards)


def product(*checks, alerts=(), **other):
    return Product(
        "tiny",
        "Tiny",
        "tiny-team",
        service="tiny",
        telemetry="datadog",
        workspace="tiny",
        urls={"production": {"api": "https://tiny.example"}},
        severities=(P1, P3, UNTOLD),
        alerts=(*(alert(f"{each.name}-down", CheckFails(each, rounds=2)) for each in checks), *alerts),
        **other,
    )


def alert(name, when, rows="TNY-09"):
    return Alert(name, P1, when=when, summary="It is wrong", runbook="Look.", rows=rows)


def made(product):
    """The alerts that nobody wrote out, by their names."""
    return {each.name: each for each in product.alerts if each.summary != "It is wrong"}


def test_a_check_is_guarded_where_it_is_named():
    health = check(if_silent=P3, if_certificate_ends=P1)
    assert made(product(health)) == {
        "checks-silent": Alert(
            "checks-silent",
            P3,
            when=Absence((health,), over=hours(1)),
            summary="A check of Tiny from outside has not run for {window}: an outage would go unnoticed",
            runbook="Look at Synthetic Monitoring in Grafana Cloud: "
            "is the check enabled, are executions left this month?",
            rows="TNY-02",
        ),
        "certificate-expires": Alert(
            "certificate-expires",
            P1,
            when=CertificateExpires((health,), within=days(14)),
            summary="A TLS certificate of Tiny expires in less than {threshold}",
            runbook="Renew it, and find out why the automatic renewal did not.",
            rows="TNY-02",
        ),
    }


def test_checks_with_the_same_guard_share_its_alert_and_its_rows():
    health, front = check(if_silent=P3), check("front", "TNY-03 TNY-02", if_silent=Silence(P3, after=minutes(60)))
    (shared,) = made(product(health, front, check("unguarded"))).values()
    assert shared.when == Absence((front, health), over=hours(1))
    assert shared.rows == "TNY-02 TNY-03"


def test_checks_with_guards_of_their_own_have_alerts_of_their_own():
    health, front = check(if_silent=P1), check("front", if_silent=Silence(P3, alert="front-silent", after=hours(6)))
    found = made(product(health, front))
    assert {name: (each.severity, each.when) for name, each in found.items()} == {
        "checks-silent": (P1, Absence((health,), over=hours(1))),
        "front-silent": (P3, Absence((front,), over=hours(6))),
    }


def test_different_guards_need_different_names():
    checks = check(if_silent=P1), check("front", if_silent=P3)
    assert refused(lambda: product(*checks)) == [
        (
            "alert 'checks-silent', `name`: 'checks-silent' is used 2 times: one would replace the other. "
            "-> a different name for each"
        )
    ]


def test_a_product_says_in_its_own_words_what_a_guard_means():
    guard = Expiry(P3, within=days(7), alert="tls", summary="{threshold} left", runbook="Open Railway.", rows="TNY-07")
    (own,) = made(product(check(if_certificate_ends=guard))).values()
    assert (own.name, own.summary, own.runbook, own.rows) == ("tls", "{threshold} left", "Open Railway.", "TNY-07")
    assert own.when.within == days(7)


def test_the_log_index_is_guarded_with_the_names_of_what_goes_blind():
    index = LogIndex(
        "tiny", keep=days(7), at_most_daily=times(5_000), rows="TNY-04", if_silent=P1, if_nearly_full=Guard(P3)
    )
    counts = (
        alert("refused", LogCount(message="Refused").over(hours(1)).above(times(5)), "TNY-05"),
        alert("loss", LogCount(fields={"event": "loss"}).over(hours(1)).above(times(0)), "TNY-06 TNY-04"),
    )
    found = made(product(alerts=counts, log_index=index))
    assert {name: (each.severity, each.when, each.summary, each.rows) for name, each in found.items()} == {
        "logs-silent": (
            P1,
            LogCount(status="*").over(hours(1)).below(times(1)),
            "The log index received nothing for {window}: loss and refused are blind",
            "TNY-04 TNY-05 TNY-06",
        ),
        "log-limit-near": (
            P3,
            LogsStored().over(days(1)).above(times(4_000)),
            "{threshold} log events were stored in {window}: at the daily limit loss and refused go blind",
            "TNY-04 TNY-05 TNY-06",
        ),
    }
    assert found["log-limit-near"].runbook.endswith("raise at_most_daily in stacks/tiny.py.")


def test_an_index_that_no_alert_reads_is_guarded_all_the_same():
    index = LogIndex("tiny", keep=days(7), at_most_daily=times(5_000), rows="TNY-04", if_silent=P1)
    (silent,) = made(product(log_index=index)).values()
    assert silent.summary == "The log index received nothing for {window}: whoever looks for a cause is blind"


def objective(**other):
    return Objective("up", percent(99.9), good=check(), summary="It answers", rows="TNY-08", **other)


def test_the_usual_burn_rates_are_those_of_the_workbook():
    assert burn_rates(page=P1, ticket=P3) == (
        Burn(P1, rate=14.4, within=hours(1)),
        Burn(P1, rate=6, within=hours(6)),
        Burn(P3, rate=1, within=days(3)),
    )
    up = objective(alerts=burn_rates(page=P1, ticket=P3, at_least=times(9)))
    found = made(product(objectives=(up,)))
    assert {name: (each.severity, each.when) for name, each in found.items()} == {
        "up-burns-1h": (P1, BudgetBurns(up, rate=14.4, within=hours(1), at_least=times(9))),
        "up-burns-6h": (P1, BudgetBurns(up, rate=6, within=hours(6), at_least=times(9))),
        "up-burns-3d": (P3, BudgetBurns(up, rate=1, within=days(3), at_least=times(9))),
    }
    spent = [(each.when.share, each.when.short) for each in found.values()]
    assert spent == [(percent(2), minutes(5)), (percent(5), minutes(30)), (percent(10), hours(6))]
    assert found["up-burns-1h"].said(found["up-burns-1h"].when.words()) == (
        "The error budget of up goes 14.4 times as fast as it may, over 1 hour"
    )
    assert {each.rows for each in found.values()} == {"TNY-08"}


def test_burn_rates_may_be_others_than_the_usual_ones():
    daily = (*WORKBOOK[:2], BurnRate(3, days(1), "ticket"))
    up = objective(alerts=burn_rates(page=P1, ticket=P3, windows=daily))
    assert list(made(product(objectives=(up,)))) == ["up-burns-1h", "up-burns-6h", "up-burns-1d"]


def test_a_burn_rate_that_an_objective_cannot_have_is_refused_at_the_alert():
    loose = dataclasses.replace(objective(), target=percent(90), alerts=burn_rates(page=P1, ticket=P3))
    assert refused(lambda: product(objectives=(loose,))) == [
        (
            "`rate`: '14.4' within 1 hour is a burn rate of 14.4; a total outage burns 10. "
            "-> a smaller share, a longer window or a stricter target"
        )
    ]


def test_a_copy_of_a_product_has_the_alerts_of_its_original_once():
    tiny = product(check(if_silent=P3))
    assert dataclasses.replace(tiny, title="Tiny").alerts == tiny.alerts


def test_a_guard_that_tells_nobody_is_refused_as_any_alert_is():
    assert refused(lambda: product(check(if_silent=UNTOLD))) == [
        (
            "alert 'checks-silent', `severity`: 'P5' notifies nobody, so the alert would fire unseen: P5 None is "
            "for dashboards only. -> a severity that notifies somebody, or tell=(…)"
        )
    ]


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: check(if_silent="P1"), "check 'health', `if_silent`: 'P1' isn't valid here (str)."),
        (
            lambda: check(if_silent=Expiry(P1)),
            "check 'health', `if_silent`: 'expiry' isn't valid here (Expiry).",
        ),
        (lambda: Silence(P1, after=30), "`after`: 30 has no unit, so nobody can tell what it means."),
        (lambda: Silence(P1, within=hours(1)), "`within`: '1 hour' isn't an argument of Silence."),
        (lambda: Burn(P1, within=hours(1)), "`rate`: is missing: every burn needs it."),
        (lambda: BurnRate(6, hours(6), "nobody"), "`who`: 'nobody' isn't valid here (str)."),
        (lambda: objective(alerts=(P1,)), "objective 'up', `alerts`: 'P1 High' isn't valid here (Severity)."),
    ],
)
def test_a_guard_of_another_kind_is_refused(build, text):
    (found,) = refused(build)
    assert found.startswith(text)


def test_what_is_wrong_with_two_guards_is_said_in_one_run():
    with collecting() as found:
        product(check(if_silent=UNTOLD), check("front", if_certificate_ends=Expiry(P1, summary="In {days}")))
    assert [text.partition(",")[0] for text in said(found)] == ["alert 'checks-silent'", "alert 'certificate-expires'"]
