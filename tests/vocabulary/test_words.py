import dataclasses
import pickle

import pytest

from components.problems import InvalidDeclarationError, Problem, collecting, nearest, report
from components.vocabulary import (
    Alert,
    Check,
    Count,
    Dashboard,
    Email,
    ErrorDashboard,
    Exclusion,
    LogIndex,
    Maintenance,
    Objective,
    Percentile,
    Product,
    Severity,
    Slack,
    StatusPage,
    Unit,
    counter,
    distribution,
    minutes,
    seconds,
    times,
)
from components.vocabulary.words import Broken
from tests.refusals import refused, said

PAID = counter("paid", "x")
LATENCY = distribution("latency", Unit.SECONDS, "x")
P1 = Severity("P1", "High", urgency=2, answer_within=minutes(5), tell=(Email("a@b.example"),), rows="TNY-01")


def test_a_misspelt_argument_is_refused_once_with_the_nearest_one():
    assert refused(lambda: Percentile(99, LATENCY, ovr=minutes(5))) == [
        "`ovr`: '5 minutes' isn't an argument of Percentile. -> Percentile(…).over(…)"
    ]
    assert refused(lambda: Percentile(99, metrik=LATENCY)) == [
        "`metrik`: 'metric latency' isn't an argument of Percentile. -> metric"
    ]


NAMED = [Alert, Check, Dashboard, ErrorDashboard, Exclusion, LogIndex, Maintenance, Objective, Product]


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("name", ["My name", "my_name", "name-", "", "name\n"])
def test_a_name_that_becomes_part_of_ids_and_links_has_their_form(kind, name):
    wrong = f"`name`: {name!r} can't be part of ids and links. -> lower case words joined by hyphens"
    assert any(text.endswith(wrong) for text in refused(lambda: kind(name)))


def test_an_argument_that_resembles_none_is_answered_with_all_of_them():
    assert refused(lambda: StatusPage("a", "A", components=("API",), rows="TNY-01", zone="x")) == [
        "status page 'a', `zone`: 'x' isn't an argument of StatusPage. -> one of components, name, rows, title"
    ]


def test_an_argument_without_its_name_is_refused():
    assert refused(lambda: Percentile(99, LATENCY, minutes(5))) == [
        "`over`: '5 minutes' is set on the percentile where it is used. -> Percentile(…).over(…)"
    ]


def test_a_wrong_argument_is_named_also_when_it_was_given_by_position():
    assert refused(lambda: Count("paid")) == [
        "`metric`: 'paid' isn't valid here (str). -> a metric that the product declares"
    ]


def test_a_word_of_several_words_reads_as_a_person_says_it():
    (text, *_) = refused(lambda: LogIndex("main"))
    assert text.startswith("log index 'main', `keep`: is missing: every log index needs it.")


def test_a_word_without_a_name_says_so():
    texts = refused(lambda: LogIndex(nam="main"))
    assert {text.split(",")[0] for text in texts} == {"log index '(no name)'"}
    assert "log index '(no name)', `nam`: 'main' isn't an argument of LogIndex. -> name" in texts


@pytest.mark.parametrize("value", [PAID, P1, Slack("#alerts"), seconds(3), Count(PAID).over(minutes(5))])
def test_words_are_frozen_and_equal_by_what_they_say(value):
    field = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, "other")
    assert dataclasses.replace(value) == value
    assert hash(dataclasses.replace(value)) == hash(value)


def test_a_problem_reads_in_two_lines_where_what_and_what_to_write():
    problem = Problem("warn", "4 seconds", "is not below.", "a smaller one", "tiny", "alert 'slow'", "tiny.py:57")
    assert str(problem) == (
        "tiny, alert 'slow', `warn` (tiny.py:57): '4 seconds' is not below.\n      Write instead: a smaller one"
    )


def test_a_problem_carries_the_line_on_which_the_word_stands():
    with pytest.raises(InvalidDeclarationError) as caught:
        Count(PAID).over(minutes(5)).above(3)
    (problem,) = caught.value.problems
    assert problem.line == f"test_words.py:{caught.tb.tb_lineno}"


def test_a_report_counts_and_says_each_thing_once():
    one = Problem("a", 1, "is wrong.", "2")
    assert report([one, one]) == "1 problem found, nothing was declared:\n  `a`: 1 is wrong.\n      Write instead: 2"
    assert report([one, Problem("b", 1, "is wrong.", "2")]).startswith("2 problems found, nothing was declared:\n")


def test_the_nearest_word_is_one_or_all_or_none():
    assert nearest("aprove", ["approve", "deny"]) == "approve"
    assert nearest("zzz", ["deny", "approve"]) == "one of approve, deny"
    assert nearest("zzz", []) == "nothing: none is declared"


def test_several_problems_of_a_file_are_collected_each_with_item_and_line():
    with collecting() as found:
        channel = Slack("alerts")
        severity = Severity("P0", "Critical", urgency=9, answer_within=minutes(5), tell=(channel,), rows="TNY-01")
        Alert(
            "slow",
            severity,
            when=Percentile(99, LATENCY).over(minutes(5)).above(5),
            summary="{host}",
            runbook="Look",
            rows="TNY-01",
        )
        Alert("few", P1, when=Count(PAID).over(minutes(5)).below(times(5)), summary="x", runbook=" ", rows="TNY-01")
    assert [text.split(" ->")[0] for text in said(found)] == [
        "slack 'alerts', `name`: 'alerts' isn't a channel: it would reach a person or nobody.",
        "severity 'P0', `urgency`: 9 isn't an urgency.",
        "alert 'slow', `critical`: 5 has no unit, so nobody can tell what it means.",
        "alert 'few', `runbook`: is empty: the people notified wouldn't know what to do.",
    ]
    lines = [int(problem.line.removeprefix("test_words.py:")) for problem in found]
    assert lines == sorted(lines)
    assert len(set(lines)) == 4


def test_a_broken_part_is_not_reported_again_by_what_it_is_part_of():
    with collecting() as found:
        condition = Count(PAID).over(300).below(times(5))
        broken = Alert("few", P1, when=condition, summary="x", runbook="y", rows="TNY-01")
    assert isinstance(broken, Broken)
    assert said(found) == [
        (
            "alert 'few', `over`: 300 has no unit, so nobody can tell what it means. "
            "-> a duration, such as seconds(3), minutes(10) or hours(1)"
        )
    ]


def test_a_broken_part_does_not_hide_what_else_is_wrong():
    with collecting() as found:
        Severity("P0", "Critical", urgency="1", answer_within=5, tell=(Slack("alerts"),), rows="TNY-01")
    assert [problem.field for problem in found] == ["name", "urgency", "answer_within"]


def test_outside_of_collecting_a_problem_is_raised():
    with collecting():
        pass
    with pytest.raises(InvalidDeclarationError):
        Slack("alerts")


def test_a_word_with_a_name_knows_the_line_of_its_product_file():
    def made():
        return Severity("P1", "High", urgency=2, answer_within=minutes(5), tell=(Email("a@b.example"),), rows="TNY-01")

    one, other = P1, made()
    assert one.line != other.line
    assert other.line == f"test_words.py:{made.__code__.co_firstlineno + 1}"
    assert minutes(5).line == ""


def test_where_a_word_stands_is_no_part_of_it():
    other = dataclasses.replace(P1)
    assert other.line != P1.line
    assert (other, hash(other), repr(other)) == (P1, hash(P1), repr(P1))
    assert pickle.loads(pickle.dumps(P1)) == P1
    assert "line" not in {field.name for field in dataclasses.fields(P1)}
