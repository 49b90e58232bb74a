"""The real program on Pulumi's real engine, from nothing to nothing: one story, in a copy of the project.

A missing engine fails these tests: they are the ones that say that the project works.
"""

import re

import pytest

from tests.engine.sandbox import CHANGED, Sandbox, project

MARKERS = ("sandbox-secret-", "hooks.slack.invalid")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, engine):
    made = Sandbox(project(tmp_path_factory))
    made.before = made.prints()
    return made


def test_1_a_preview_lists_what_would_be_declared(sandbox):
    printed = sandbox("preview")
    for name in ("tikit-high-error-rate", "tikit-check-api-health", "tikit-sentry-project", "tikit-dashboard-main"):
        assert name in printed
    assert re.search(r"\+ \d+ to create", printed)


def test_2_up_creates_all_of_it(sandbox, recordings):
    sandbox("up")
    resources = {each["urn"].rpartition("::")[2] for each in sandbox.state()["deployment"]["resources"]}
    assert {each.name for each in recordings["staging"].resources} <= resources


def test_3_a_preview_after_it_finds_nothing_to_do_even_if_a_product_file_was_reordered(sandbox):
    for first, begin, end in (
        ("OUTAGES = (", "PAYMENTS = (", "PERFORMANCE = ("),
        ("MAIN = ", "INFRASTRUCTURE = ", "BUSINESS = "),
        ("AVAILABILITY = ", "FEW_ERRORS = ", "FAST_P95 = "),
        ("P0 = ", "P1 = ", "P2 = "),
        (
            '    Alert(\n        "api-down"',
            '    Alert(\n        "frontend-down"',
            '    Alert(\n        "api-not-ready"',
        ),
    ):
        text = (sandbox.copy.root / "stacks/tikit.py").read_text(encoding="utf-8")
        moved = text[text.index(begin) : text.index(end)]
        sandbox.copy.edit("stacks/tikit.py", moved, "")
        sandbox.copy.edit("stacks/tikit.py", first, moved + first)
    printed = sandbox("preview")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_4_what_was_deleted_by_hand_is_reported(sandbox):
    ((monitor,),) = sandbox.at_vendors("select id from resources where urn like '%::tikit-slow-responses'")
    sandbox.at_vendors("delete from resources where id = ?", monitor)
    assert sandbox.changes("refresh") == {"tikit-slow-responses"}


def test_5_up_restores_it_and_a_changed_threshold_changes_what_carries_it_and_nothing_else(sandbox):
    sandbox.copy.edit(
        "stacks/tikit.py",
        "FAILING.over(minutes(5), at_least=times(50)).above(percent(5))",
        "FAILING.over(minutes(5), at_least=times(50)).above(percent(7))",
    )
    # The product itself says what it declares (components/declared.py).
    carrying = {"tikit", "tikit-high-error-rate", "tikit-high-error-rate-ratio", "tikit-dashboard-main"}
    assert sandbox.changes("up") == carrying | {"tikit-slow-responses"}
    state = {
        each["urn"].rpartition("::")[2]: each.get("inputs", {}) for each in sandbox.state()["deployment"]["resources"]
    }
    ratio = state["tikit-high-error-rate-ratio"]
    assert ratio["query"].endswith("> 0.07")
    assert ratio["monitorThresholds"]["critical"] == "0.07"
    assert ratio["monitorThresholds"]["criticalRecovery"] == "0.056"
    assert "More than 7 % of API requests fail" in state["tikit-high-error-rate"]["message"]
    assert "above 7 %" in state["tikit-high-error-rate"]["message"]
    assert "y = 0.07" in state["tikit-dashboard-main"]["dashboard"]


def test_6_a_preview_after_it_finds_nothing_to_do(sandbox):
    printed = sandbox("preview")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_7_no_secret_is_readable_anywhere(sandbox):
    kept = [path for path in (sandbox.root / ".sandbox").rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        content = path.read_bytes()
        for marker in MARKERS:
            assert marker.encode() not in content, path
    for text in sandbox.printed:
        for marker in MARKERS:
            assert marker not in text


def test_8_destroy_leaves_nothing_in_the_state_nor_at_the_vendors(sandbox):
    sandbox("destroy")
    assert sandbox.state()["deployment"].get("resources", []) == []
    assert sandbox.at_vendors() == []


def test_only_what_the_test_edited_was_written_outside_of_the_sandbox(sandbox):
    after = sandbox.prints()
    assert {str(path) for path in after if after[path] != sandbox.before.get(path)} <= {"stacks/tikit.py"}
    assert set(sandbox.before) == set(after)
