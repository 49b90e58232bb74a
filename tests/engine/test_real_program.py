"""The real program on Pulumi's real engine, from nothing to nothing: one story, in a copy of the project.

A missing engine fails these tests: they are the ones that say that the project works.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest

from tests.conftest import PARTS, ROOT, Copy

CHANGED = re.compile(r"^ *([+~-]|\+-|-\+)\s+\S+:\S+ ([\w-]+)(?![\w-])(?! refreshing)", re.MULTILINE)
MARKERS = ("sandbox-secret-", "hooks.slack.invalid")


class Sandbox:
    """A copy of the project, and the commands a person types in it."""

    def __init__(self, root):
        self.root = root
        self.copy = Copy(root)
        self.printed = []

    def __call__(self, command, expect=0):
        result = subprocess.run(
            [sys.executable, "-m", "sandbox", command, "--stack", "staging", "--project", str(self.root)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.printed += [result.stdout, result.stderr]
        assert result.returncode == expect, result.stdout[-3000:] + result.stderr[-3000:]
        return result.stdout

    def changes(self, command="preview"):
        """The logical names that a command says it creates, changes or deletes."""
        return {name for _, name in CHANGED.findall(self(command)) if not name.startswith("monitoring-")}

    def state(self):
        return json.loads(self("export"))

    def at_vendors(self, query="select type, id from resources", *values):
        with sqlite3.connect(self.root / ".sandbox" / "vendors.db") as database:
            return database.execute(query, values).fetchall()

    def prints(self):
        """A hash of every file but those of the sandbox."""
        return {
            path.relative_to(self.root): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.root.rglob("*")
            if path.is_file() and ".sandbox" not in path.parts and "__pycache__" not in path.parts
        }


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / part)
    made = Sandbox(root)
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


def test_3_a_second_preview_finds_nothing_to_do(sandbox):
    printed = sandbox("preview")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_4_up_again_changes_nothing(sandbox):
    printed = sandbox("up")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_5_reordering_a_product_file_changes_nothing(sandbox):
    for old, new in (
        (
            "(*OUTAGES, *ERRORS, *PAYMENTS, *PERFORMANCE, *RESOURCES)",
            "(*RESOURCES, *PAYMENTS, *PERFORMANCE, *ERRORS, *OUTAGES)",
        ),
        (
            "objectives=(AVAILABILITY, FEW_ERRORS, FAST_P95, FAST_P99)",
            "objectives=(FAST_P99, FAST_P95, FEW_ERRORS, AVAILABILITY)",
        ),
        ("checks=(HEALTH, READY, FRONTEND)", "checks=(FRONTEND, READY, HEALTH)"),
        ("receivers=(ON_CALL, ALERTS, TEAM)", "receivers=(TEAM, ALERTS, ON_CALL)"),
    ):
        sandbox.copy.edit("stacks/tikit.py", old, new)
    assert sandbox.changes() == set()


def test_6_a_changed_threshold_changes_what_carries_it_and_nothing_else(sandbox):
    sandbox.copy.edit(
        "stacks/tikit.py",
        "over=minutes(5), at_least=times(50)).above(percent(5))",
        "over=minutes(5), at_least=times(50)).above(percent(7))",
    )
    carrying = {"tikit-high-error-rate", "tikit-high-error-rate-ratio", "tikit-dashboard-main"}
    assert sandbox.changes("up") == carrying
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


def test_7_what_was_deleted_by_hand_is_reported_and_restored(sandbox):
    monitor = next(
        each for each in sandbox.state()["deployment"]["resources"] if each["urn"].endswith("::tikit-slow-responses")
    )
    assert sandbox.at_vendors("select count(*) from resources where id = ?", monitor["id"]) == [(1,)]
    sandbox.at_vendors("delete from resources where id = ?", monitor["id"])
    assert sandbox.changes("refresh") == {"tikit-slow-responses"}
    assert sandbox.changes("up") == {"tikit-slow-responses"}
    assert sandbox.changes() == set()


def test_8_no_secret_is_readable_anywhere(sandbox):
    kept = [path for path in (sandbox.root / ".sandbox").rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        content = path.read_bytes()
        for marker in MARKERS:
            assert marker.encode() not in content, path
    for text in sandbox.printed:
        for marker in MARKERS:
            assert marker not in text


def test_9_destroy_leaves_nothing_in_the_state_nor_at_the_vendors(sandbox):
    sandbox("destroy")
    assert sandbox.state()["deployment"].get("resources", []) == []
    assert sandbox.at_vendors() == []


def test_only_what_the_test_edited_was_written_outside_of_the_sandbox(sandbox):
    after = sandbox.prints()
    assert {str(path) for path in after if after[path] != sandbox.before.get(path)} <= {"stacks/tikit.py"}
    assert set(sandbox.before) == set(after)
