"""Alerts with a cause: a copy of it that ends too soon, fires too soon or looks elsewhere is noticed."""

from dataclasses import replace

import pytest

from proof.caused import beside, caused
from proof.datadog.data import Data, Piece, Statuses
from proof.datadog.judge import judge
from proof.datadog.telemetry import sent
from proof.everything import Proof, play_all
from tests.proof.datadog_monitors import made, statuses

CHECK = '"postgres.can_connect".over("env:production","product:tiny").by("product").last({}).count_by_status()'


def database(host, *pieces, **tags):
    """Reports every 15 seconds: how many, and of which status."""
    found, at = [], 0
    for number, status in pieces:
        found.append(Piece(at, 15, number, status))
        at += 15 * number
    tags = {"env": "production", "product": "tiny", "host": host} | tags
    return Statuses("postgres.can_connect", tags, tuple(found))


def copy(last=4, **limits):
    return made(CHECK.format(last), "service check", **{"critical": "3", "warning": "4", "ok": "4"} | limits)


def test_what_several_databases_report_as_one_group_is_counted_in_the_order_in_which_it_came():
    well, failing = database("one", (40, 0.0)), database("two", (40, 2.0))
    for both in ([well, failing], [failing, well]):
        assert statuses(copy(), Data(statuses=both), 600) == []  # no three of them in a row
        assert statuses(copy(), Data(statuses=both), 600, ["counted statuses"]) == []  # but two of the last four
    assert statuses(copy(), Data(statuses=[failing, failing]), 600) == [(0, "OK", "Alert")]


def test_a_group_reports_as_long_as_one_of_its_databases_does():
    monitor = copy(notifyNoData=True, noDataTimeframe=2)
    silent, well = database("one", (4, 0.0)), database("two", (40, 0.0))
    assert statuses(monitor, Data(statuses=[well, silent]), 600) == []
    assert statuses(monitor, Data(statuses=[silent]), 600) == [(3, "OK", "No Data")]


def test_a_limit_that_isnt_named_is_one_report():
    warning = Data(statuses=[database("one", (8, 0.0), (1, 1.0), (31, 0.0))])
    assert statuses(copy(warning="4"), warning, 600) == []
    monitor = made(CHECK.format(4), "service check", critical="3", ok="4")
    assert monitor.warning == 1


@pytest.fixture
def errors(proof):
    (found,) = [each for each in proof.datadog if (each.name, each.stack) == ("tikit, high-error-rate", "prod")]
    return found


def spoilt(watched, part, **settings):
    """The alert with other settings of one of its parts."""
    monitors = {
        key: replace(each, **settings) if each.name.endswith(part) else each
        for key, each in watched.declared.monitors.items()
    }
    declared = replace(watched.declared, monitors=monitors)
    return replace(watched, declared=declared, monitor=monitors[watched.monitor.name])


def noticing(watched):
    """The names of the cases of its cause that come out otherwise."""
    cases = [case for case in watched.cases if case.caused]
    return {case.name.removeprefix("its cause ") for case in cases if any(True for _ in judge(watched, case))}


@pytest.mark.parametrize(
    ("part", "settings", "names"),
    [
        ("high-error-rate-ratio", {"delay": 60}, {"fires", "ends"}),  # before its cause is noticed
        ("unless-database-unavailable", {"ok": 34.0}, {"fires"}),  # while the window still holds what was
        ("unless-database-unavailable", {"critical": 2.0}, {"nearly fires"}),
        ("unless-database-unavailable", {"critical": 4.0}, {"just fires"}),
        ("unless-database-unavailable", {"warning": 28.0}, {"warns"}),
        ("unless-database-unavailable", {"no_data_after": 0}, {"falls silent while it fires"}),
        ("unless-database-unavailable", {"no_data_after": 2 * 19 * 60}, {"falls silent while it fires"}),
        ("unless-database-unavailable", {"no_data_after": 10 * 60}, {"falls silent for a while"}),
    ],
)
def test_a_copy_of_a_cause_that_is_otherwise_is_noticed(errors, part, settings, names):
    assert noticing(errors) == set()
    assert names <= noticing(spoilt(errors, part, **settings))


def test_a_silent_cause_is_told_to_those_who_are_woken(errors):
    message = errors.monitor.message.replace("{{#is_no_data}}@pagerduty-tikit{{/is_no_data}}", "")
    assert message != errors.monitor.message
    silent = replace(errors, monitor=replace(errors.monitor, message=message))
    assert {"is silent", "falls silent while it fires"} <= noticing(silent)


def test_others_databases_fare_the_other_way(errors):
    (case,) = [case for case in errors.cases if case.name == "its cause fires"]
    data = sent(errors.truth, case.story, errors.monitor, list(beside(case, errors.truth.causes)))
    (spell,) = case.caused
    moment = spell.end - 60
    last = {each.tags["env"]: each.last(1, moment)[0][1] for each in data.statuses if each.tags["product"] == "tikit"}
    assert last == {"production": 2.0, "not-production": 0.0}


def rule(proof, name):
    (found,) = [each for each in proof.watched if (each.name, each.stack) == (name, "prod")]
    return replace(found, cases=tuple(caused(found.truth)))


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("[3m:1m]) >= 3) unless", "[1m:1m]) >= 1) unless", "fires"),  # before its cause is noticed
        ("< 1)[4m:1m])))) or", "< 1)[1m:1m])))) or", "fires"),  # while its window still holds what was
        ("[4m])))[6h:1m])) < 1)", "[4m])))[3h:1m])) < 1)", "falls silent for a while"),
    ],
)
def test_a_rule_that_waits_too_short_for_its_cause_is_noticed(proof, program, before, after, name):
    watched = rule(proof, "a-lo-cubano, database-circuit")
    queries = {ref: text.replace(before, after) for ref, text in watched.rule.queries.items()}
    assert queries != watched.rule.queries
    found = Proof(declared=proof.declared, watched=[replace(watched, rule=replace(watched.rule, queries=queries))])
    play_all(found, program)
    assert f"its cause {name}" in {failure.case.name for failure in found.failures}
