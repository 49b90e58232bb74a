"""A sample of what `make mutate` does: settings changed one at a time, and whether a case notices."""

from dataclasses import replace

import pytest

from proof.everything import Proof
from proof.mutants import datadog, grafana
from proof.mutants.change import durations, numbers
from proof.mutants.equivalent import EQUIVALENT
from proof.mutate import Found, awake, hunt, main, narrow, report, unused

SAMPLE = {
    "datadog": ["tikit, payments-failing", "tikit, database-unavailable", "tikit, high-error-rate"],
    "sentry": ["tikit, fatal-error", "fair-trade-worker, critical-error-rate"],
    "grafana": ["tikit, api-down", "clipforge, high-error-rate", "clipforge, database-unreachable"],
}


def of(proof, *names, stack="prod"):
    """These alerts alone, as one stack has them."""

    def chosen(watched):
        return [each for each in watched if each.name in names and each.stack == stack]

    return replace(
        proof, watched=chosen(proof.watched), datadog=chosen(proof.datadog), sentry=chosen(proof.sentry), failures=[]
    )


@pytest.mark.parametrize("vendor", SAMPLE)
def test_no_change_to_an_alert_that_wakes_somebody_goes_unnoticed(program, proof, vendor):
    found = hunt(of(proof, *SAMPLE[vendor]), program)
    assert found.mutants > 30
    assert found.paging == []


def test_what_no_case_notices_is_listed_with_what_it_was_and_is(program, proof):
    """With one case left, a gate that is lower, or asks for nothing, makes no difference."""
    alerts = of(proof, "tikit, high-error-rate")
    alerts.datadog = [
        replace(each, cases=tuple(case for case in each.cases if case.name == "fires and ends"))
        for each in alerts.datadog
    ]
    found = hunt(alerts, program)
    lines = report(found, 1, whole=False)
    listed = "SURVIVES, and wakes somebody: tikit, high-error-rate (prod), tikit-high-error-rate"
    assert f"{listed}-traffic: critical threshold: 50 -> 40" in lines
    assert f"{listed}: parts: tikit-high-error-rate-traffic -> none" in lines
    assert " of them of alerts that wake somebody" in lines[0]


def test_in_staging_nobody_can_be_woken(proof):
    found = [
        mutant
        for each in of(proof, "tikit, high-error-rate", stack="staging").datadog
        for mutant in datadog.mutants(each, proof.recordings["staging"])
    ]
    assert found
    assert not any(mutant.wakes for mutant in found)
    assert awake() == ["prod"]


def test_every_kind_of_setting_is_changed(proof):
    (watched,) = of(proof, "tikit, high-error-rate").datadog
    kinds = {each.change.kind for each in datadog.mutants(watched, proof.recordings["prod"])}
    assert {"threshold", "comparison", "strictness", "window", "gate", "missing data", "receiver"} <= kinds
    assert {"recovery", "reminder", "filter"} <= kinds
    (rule,) = of(proof, "a-lo-cubano, high-error-rate").watched
    made = [mutant for mutant, _ in grafana.mutants(rule, proof.recordings["prod"], proof.declared["prod"])]
    kinds = {each.change.kind for each in made}
    assert {
        "threshold",
        "comparison",
        "window",
        "missing data",
        "receiver",
        "reminder",
        "escalation",
        "filter",
    } <= kinds


def test_a_reason_that_explains_nothing_any_more_is_an_error():
    found = Found(explained={EQUIVALENT[0].name: 1})
    assert unused(found) == [each.name for each in EQUIVALENT[1:]]
    assert f"EXPLAINS NOTHING: {EQUIVALENT[1].name} (proof/mutants/equivalent.py)" in report(found, 1, whole=True)


def test_every_reason_has_a_name_of_its_own():
    assert len({each.name for each in EQUIVALENT}) == len(EQUIVALENT)


@pytest.mark.parametrize(
    ("limit", "whole", "changed"),
    [
        ("0.05", False, ["0.0625", "0.04"]),
        ("50", True, ["63", "40"]),
        ("1", True, ["2", "0"]),
        ("0", True, ["1"]),
    ],
)
def test_a_limit_is_changed_by_a_quarter_or_by_one(limit, whole, changed):
    assert list(numbers(limit, whole=whole)) == changed


@pytest.mark.parametrize(
    ("amount", "unit", "changed"),
    [
        ("5", "m", [("10", "m"), ("2", "m")]),
        ("1", "h", [("2", "h"), ("30", "m")]),
        ("6", "h", [("12", "h"), ("3", "h")]),
    ],
)
def test_a_window_is_doubled_and_halved(amount, unit, changed):
    assert list(durations(amount, unit)) == changed


def test_narrowing_keeps_what_was_asked_for_and_names_what_is_near(proof):
    few = Proof(watched=[*proof.watched], datadog=[*proof.datadog], sentry=[*proof.sentry])
    narrow(few, "tikit", "api-down")
    assert {each.name for each in few.all} == {"tikit, api-down"}
    with pytest.raises(LookupError, match="did you mean api-down"):
        narrow(few, "tikit", "api-donw")


def test_a_stack_that_isnt_there_is_an_error(capsys):
    assert main(["--stack", "prdo"]) == 1
    assert "did you mean prod?" in capsys.readouterr().err
