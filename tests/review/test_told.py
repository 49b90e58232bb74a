"""What `make preview` says: by product, then vendor; what goes first; before and after; each refusal once."""

from components.vocabulary import percent
from review.changes import sides
from review.steps import ACCOUNTS, PRODUCT, Plan
from review.told import refusals, told
from tests.review.compared import MONITOR, of_vendor, replaced, step, tiny, without
from tests.tiny import FAILING, TINY, scope


def plan(after, *resources):
    from components.declared import declared
    from components.scope import Scope
    from tests.tiny import PRODUCTION

    facts = [{"declares": declared(one)} for one in (scope(), Scope(after, PRODUCTION))]
    return Plan("prod", (step("update", PRODUCT, "tiny", *facts), *resources))


CHANGED = tiny(alerts=replaced(without(TINY.alerts, "slow"), "errors", when=FAILING.above(percent(7))))
STEPS = (
    of_vendor("delete", MONITOR, "tiny-slow", {"query": "a"}),
    of_vendor("update", MONITOR, "tiny-errors-ratio", {"query": "a > 0.05"}, {"query": "a > 0.07"}),
    of_vendor("update", MONITOR, "tiny-errors", {"message": "5 %"}, {"message": "7 %"}),
    of_vendor("update", MONITOR, "tiny-sales", {"query": "x"}, {"query": "y"}),
    of_vendor("create", MONITOR, "other-new", {}, {"query": "y"}, product="other"),
)


def test_changes_are_grouped_and_what_goes_comes_first():
    assert told(plan(CHANGED, *STEPS)).splitlines() == [
        "other",
        "  Datadog",
        "    + monitor: new",
        "",
        "tiny",
        "  Datadog",
        (
            "    - alert slow: P2, p99 of tiny-api latency over 10 minutes above 1500 ms, clears below 1200 ms, "
            "notifies Slack #alerts -> none; with it the record of when it fired"
        ),
        (
            "    ~ alert errors: threshold 5 % -> 7 % (fires at 7 % instead of 5 %, later than before); clears at 4 % "
            "-> 5.6 %; warns at 1 % -> none"
        ),
        "    ~ monitor tiny-sales: query x -> y",
        "",
        "prod: 1 deleted, 3 changed, 1 created.",
    ]


def test_one_product_is_shown_and_the_rest_counted():
    lines = told(plan(CHANGED, *STEPS), "other").splitlines()
    assert lines[0] == "other"
    assert lines[-1] == "prod: 1 created; 4 more in other products, not shown."
    assert "tiny" not in "".join(lines)


def test_what_cannot_be_had_back_comes_before_everything():
    first = told(plan(CHANGED, *STEPS), losses="  tiny\n    Datadog: its logs").splitlines()
    assert first[:3] == ["This would irrecoverably delete:", "  tiny", "    Datadog: its logs"]


def test_a_rename_that_nothing_says_is_one_is_said_first():
    new = tiny(alerts=replaced(TINY.alerts, "loss", name="data-loss"))
    assert told(plan(new)).splitlines()[:2] == [
        "History lost, as nothing says that this is a rename:",
        "  tiny: alert loss -> data-loss: the record of when it fired; write was='loss'",
    ]
    kept = tiny(alerts=replaced(TINY.alerts, "loss", name="data-loss", was="loss"))
    assert "> alert loss -> data-loss: history kept" in told(plan(kept))
    assert "History lost, as" not in told(plan(kept))


def test_without_a_change_it_says_so():
    assert told(plan(TINY)) == "prod: no changes."


def test_an_up_names_what_it_did_not_come_to():
    done = {one.urn for one in STEPS[1:]}
    assert told(plan(CHANGED, *STEPS), done=done).splitlines()[-1].endswith("; 1 not done: tiny-slow.")


def test_there_is_color_in_a_terminal_and_none_in_a_pipe():
    assert "\x1b[" in told(plan(CHANGED, *STEPS), color=True)
    assert "\x1b[" not in told(plan(CHANGED, *STEPS))


def test_a_refusal_is_said_once_with_everybody_it_was_said_to():
    said = [("urn:pulumi:s::p::t::a", "No such project"), ("urn:pulumi:s::p::t::b", "No such project"), ("", "Other")]
    assert list(refusals(said)) == ["error: a, b: No such project", "error: Other"]


def test_a_plan_that_leaves_out_what_stays_is_completed_by_what_the_program_declares():
    from components.declared import declared

    known = {"tiny": declared(scope()), "other": declared(scope(name="other"))}
    before, after = sides(Plan("prod", (step("same", ACCOUNTS, "once-per-account"),)), known)
    assert before.products == after.products == known
