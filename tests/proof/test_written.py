"""Cases written beside a product file: what they say is played, and what can't be read is named with its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from proof.everything import Proof, gather, play_all
from proof.written import read, unknown
from proof.written_cases import cases
from tests.conftest import STACKS

ENVIRONMENTS = ["production", "staging"]
GOOD = """\
# a comment
case high-error-rate: a bad deploy (TIK-03)
  with 600 events a minute
  from minute 0: 0.5 %
  from minute 20: 9 %
  from minute 50: 0.5 %
  fires at minute 23 as P0, telling PagerDuty tikit, Slack #alerts, Email team@tikit.app
  over at minute 54
  until minute 80
"""


def of(proof, name, stack="prod"):
    (found,) = [each for each in proof.all if each.name == name and each.stack == stack]
    return found


def made(tmp_path, text, watched):
    path = tmp_path / "tikit.cases"
    path.write_text(text, encoding="utf-8")
    file = read(path, "stacks/tikit.cases")
    found, wrong = cases(file, watched.truth)
    scope = watched.truth.scope
    here = scope.environment
    problems = [
        *file.problems,
        *unknown(file, [each.name for each in scope.product.alerts], ENVIRONMENTS, scope.left_out, here.name),
        *wrong,
    ]
    return found, [str(each) for each in problems]


def failures(program, watched, case):
    played = Proof(datadog=[replace(watched, cases=(case,))])
    play_all(played, program)
    return played.failures


def test_a_case_is_played_as_it_is_written(program, proof, tmp_path):
    watched = of(proof, "tikit, high-error-rate")
    (case,), problems = made(tmp_path, GOOD, watched)
    assert problems == []
    assert case.name == "tikit.cases:2"
    assert case.said == "a bad deploy (TIK-03)"
    assert case.fires == ((23 * 60, 54 * 60),)
    assert [phase.value for phase in case.story.phases] == [0.005, 0.005, 0.09, 0.005]
    assert {phase.rate for phase in case.story.phases} == {10.0}
    assert failures(program, watched, case) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from minute 20: 9 %", "from minute 20: 3 %"),
        ("fires at minute 23", "fires at minute 40"),
        ("over at minute 54", "over at minute 70"),
        ("600 events a minute", "5 events a minute"),
    ],
)
def test_a_case_that_isnt_so_fails(program, proof, tmp_path, old, new):
    watched = of(proof, "tikit, high-error-rate")
    assert old in GOOD
    (case,), problems = made(tmp_path, GOOD.replace(old, new), watched)
    assert problems == []
    assert failures(program, watched, case)


def test_silence_that_is_written_is_played(program, proof, tmp_path):
    watched = of(proof, "tikit, high-error-rate")
    silent = "case high-error-rate: quiet\n  from minute 0: 3 %\n  silent\n  until minute 40\n"
    (case,), problems = made(tmp_path, silent, watched)
    assert problems == []
    assert failures(program, watched, case) == []
    (case,), _ = made(tmp_path, silent.replace("3 %", "8 %"), watched)
    assert "expected: silent" in str(failures(program, watched, case)[0])


# What is wrong (old text, new text), the line of it, and what the message says.
MALFORMED = [
    ("case high-error-rate:", "case high-error-rate in prodution:", 2, "'prodution' is not an environment"),
    ("case high-error-rate", "case high-eror-rate", 2, "'high-eror-rate' is not an alert of this product"),
    ("with 600 events a minute", "with many events", 3, "isn't a line of a case"),
    ("with 600 events", "wiht 600 events", 3, "isn't a line of a case"),
    ("600 events a minute", "600 events a fortnight", 3, "isn't a line of a case"),
    ("from minute 0:", "from minute 5:", 4, "doesn't say how it starts"),
    ("from minute 20: 9 %", "from minute 20: 9 ms", 5, "has a different unit than the alert's signal"),
    ("from minute 20: 9 %", "from minute 20: 900 %", 5, "is more than the whole"),
    ("from minute 20: 9 %", "from minute 20: fails", 5, "isn't what the alert looks at"),
    ("from minute 20: 9 %", "from minute 20 9 %", 5, "isn't a line of a case"),
    ("from minute 50:", "from minute 20:", 6, "is not after the line before it"),
    ("as P0", "as P1", 7, "isn't the severity of the alert"),
    ("PagerDuty tikit, ", "", 7, "isn't whom the product file notifies"),
    ("fires at minute 23", "fires at minute 90", 7, "is not between what comes before it and the end"),
    ("over at minute 54", "over at minute 20", 8, "is not between what comes before it and the end"),
    ("over at minute 54", "silent", 8, "says both that it fires and that it is silent"),
    ("over at minute 54", "until minute 70", 9, "is there twice"),
    ("until minute 80", "until minute 50", 9, "is before the last thing that happens"),
    ("  until minute 80\n", "", 2, "`until`"),
]


@pytest.mark.parametrize("wrong", MALFORMED, ids=lambda wrong: wrong[1].strip() or "nothing")
def test_a_line_that_is_wrong_is_named_and_never_played(proof, tmp_path, wrong):
    old, new, line, said = wrong
    assert old in GOOD
    found, problems = made(tmp_path, GOOD.replace(old, new, 1), of(proof, "tikit, high-error-rate"))
    assert any(said in each for each in problems), problems
    at = 2 if "says both" in said else line
    assert any(f"(stacks/tikit.cases:{at})" in each for each in problems if said in each)
    assert found == []


def test_a_story_shorter_than_the_window_is_refused(proof, tmp_path):
    short = "case high-error-rate: brief\n  from minute 0: 9 %\n  silent\n  until minute 4\n"
    found, problems = made(tmp_path, short, of(proof, "tikit, high-error-rate"))
    assert found == []
    assert "is shorter than the alert looks back (5 minutes)" in problems[0]
    assert "(stacks/tikit.cases:4)" in problems[0]


def test_all_that_is_wrong_is_said_at_once(proof, tmp_path):
    text = f"  until minute 3\n{GOOD.replace('9 %', '9 apples').replace('as P0', 'as P9')}case no-such: x\n  silent\n"
    _, problems = made(tmp_path, text, of(proof, "tikit, high-error-rate"))
    assert [line for each in problems if (line := each.partition("cases:")[2].partition(")")[0])] == [
        "1",
        "6",
        "11",
        "8",
    ]


def test_an_alert_on_single_events_has_no_written_cases(proof, tmp_path):
    text = "case fatal-error: x\n  from minute 0: 1\n  silent\n  until minute 60\n"
    found, problems = made(tmp_path, text, of(proof, "tikit, fatal-error"))
    assert found == []
    assert "is about single events" in problems[0]


def test_a_case_of_an_alert_that_its_environment_leaves_out_is_refused(proof, tmp_path):
    text = "case telemetry-silent{}: x\n  from minute 0: no data\n  silent\n  until minute 90\n"
    watched = of(proof, "tikit, high-error-rate", "staging")
    assert made(tmp_path, text.format(""), watched)[1] == []
    (problem,) = made(tmp_path, text.format(" in staging"), watched)[1]
    assert "(stacks/tikit.cases:1): 'staging' is never played, as the alert isn't declared there" in problem


def test_the_lines_after_a_case_that_cant_be_read_arent_taken_for_the_one_before(proof, tmp_path):
    text = GOOD + GOOD.replace("case high-error-rate:", "case high error rate:")
    found, (problem,) = made(tmp_path, text, of(proof, "tikit, high-error-rate"))
    assert len(found) == 1
    assert "(stacks/tikit.cases:11): 'case high error rate: a bad deploy (TIK-03)' isn't a line of a case" in problem


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    path = tmp_path / "tikit.cases"
    path.write_bytes(f"{GOOD}# caf\u00e9\n".encode("latin-1"))
    (problem,) = read(path, "stacks/tikit.cases").problems
    assert "(stacks/tikit.cases:10): 'byte e9' isn't text in UTF-8" in str(problem)


def test_an_empty_file_is_refused(tmp_path, proof):
    _, problems = made(tmp_path, "# nothing\n", of(proof, "tikit, high-error-rate"))
    assert "has no case, so it proves nothing" in problems[0]


@pytest.mark.parametrize("name", ["tikit, high-error-rate", "a-lo-cubano, payments-down"])
def test_written_cases_are_among_those_that_are_played_in_every_environment(proof, name):
    assert proof.problems == []
    assert proof.written >= 2
    for stack in STACKS:
        watched = [each for each in proof.all if each.name == name and each.stack == stack]
        assert all(any(".cases:" in case.name for case in each.cases) for each in watched)


@pytest.mark.parametrize(
    "name", ["shop.case", "shop.Cases", "shop.cases.txt", "shop.cases~", "more/shop.cases", "shop.CASES"]
)
def test_a_file_of_cases_that_is_never_read_is_an_error(tmp_path, name):
    path = tmp_path / "stacks" / name
    path.parent.mkdir(parents=True)
    path.write_text(GOOD, encoding="utf-8")
    (problem,) = gather([], tmp_path).problems
    assert f"(stacks/{name}): {path.name!r} is never read" in str(problem)
    assert "Write instead: stacks/shop.cases" in str(problem)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")], ids=["folder", "link"])
def test_a_file_of_cases_that_cant_be_opened_is_an_error(tmp_path, make):
    (tmp_path / "stacks").mkdir()
    make(tmp_path / "stacks" / "shop.cases")
    assert "(stacks/shop.cases): can't be read: " in str(gather([], tmp_path).problems[0])


def test_a_time_may_be_nothing_where_the_signal_is_a_time_and_only_there(proof, tmp_path):
    watched = of(proof, "clipforge, slow-health")
    text = "case slow-health: x\n  from minute 0: {}\n  silent\n  until minute 90\n"
    for value in ("0 s", "0 ms", "0.0 s"):
        (case,), problems = made(tmp_path, text.format(value), watched)
        assert problems == []
        assert {phase.value for phase in case.story.phases} == {0.0}
    assert "has a different unit than the alert's signal" in str(made(tmp_path, text.format("0 MiB"), watched)[1])
    ratio = text.replace("slow-health", "high-error-rate").format("0 ms")
    assert "has a different unit" in str(made(tmp_path, ratio, of(proof, "tikit, high-error-rate"))[1])


def test_a_file_of_no_product_is_an_error(tmp_path):
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "shop.cases").write_text(GOOD, encoding="utf-8")
    assert "(stacks/shop.cases)" in str(gather([], tmp_path).problems[0])
