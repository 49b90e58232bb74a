"""A rename with `was=` keeps its history, and the report says so; one that is pointless is a remark."""

import dataclasses

import pytest

from review.markdown import markdown
from tests.review.compared import lines, plain, replaced, report, tiny
from tests.tiny import TINY


def called(new, was):
    return tiny(alerts=replaced(TINY.alerts, "loss", name=new, was=was))


def test_a_rename_that_says_so_is_on_one_line_and_loses_nothing():
    found = report((called("data-loss", "loss"),))
    (line,) = [line for line in markdown(found).splitlines() if "`data-loss`" in line]
    assert plain(line) == "- renamed: tiny alert data-loss loss → data-loss: history kept · prod, staging"
    assert found.losses() == []
    assert found.findings == ()


def test_a_renamed_product_that_says_so_loses_nothing():
    found = report((tiny(name="small", was="tiny"),))
    (line,) = [line for line in markdown(found).splitlines() if line.startswith("- renamed")]
    assert plain(line) == "- renamed: small product small tiny → small: history kept · prod, staging"
    assert found.losses() == []


def test_a_renamed_product_that_does_not_say_so_needs_a_yes():
    (loss,) = report((tiny(name="small"),)).losses()
    assert (loss.kind, loss.name, loss.before, loss.after) == ("product", "small", "tiny", "small")


def test_was_that_points_nowhere_is_a_remark():
    new = dataclasses.replace(TINY.alerts[0], name="fresh", was="nothing")
    (finding,) = report((tiny(alerts=(*TINY.alerts, new)),)).findings
    assert finding.startswith("tiny: alert fresh, was='nothing' matches nothing")


@pytest.mark.parametrize("name", ["loss", "down"])  # at Datadog; a rule at Grafana, which would get another uid
def test_was_on_a_part_that_has_its_own_name_is_not_said_to_have_been_followed(name):
    changed = tiny(alerts=replaced(TINY.alerts, name, was="nothing"))
    (finding,) = report((changed,)).findings
    why = "nothing of that name was declared, and this has a history under its own name, which would end"
    assert finding == f"tiny: alert {name}, was='nothing' matches nothing: {why}. Remove it."


def test_was_that_every_stack_has_followed_is_a_remark():
    done = called("data-loss", "loss")
    (finding,) = report((done,), before=(done,)).findings
    assert "is no longer needed" in finding
    assert 'was="loss"' in lines((done,), "no longer needed", before=(done,))[0]


def test_was_that_a_vendor_goes_on_knowing_a_part_by_is_needed_for_good():
    done = tiny(alerts=replaced(TINY.alerts, "down", name="api-down", was="down"))  # a rule at Grafana, with a uid
    assert report((done,), before=(done,)).findings == ()
