"""`make review` on the real engine: what is in the comment, and what is left behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests import commands
from tests.conftest import ROOT, Copy, copy_project
from tests.sandbox.support import PROGRAM

PRODUCTS = ("tikit", "clipforge", "fair_trade_worker")  # what is changed; each more is applied four times
GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com")


def git(root, *arguments):
    subprocess.run([*GIT, *arguments], cwd=root, check=True, capture_output=True)


def review(root, tmp, *arguments):
    """Run it as make does, with a directory of its own for what is temporary; say what is left in that."""
    tmp.mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": str(root), "TMPDIR": str(tmp)}
    done = commands.run(["review.review", *(arguments or ("--base", "HEAD"))], root, env, timeout=420)
    assert "Traceback" not in done.stderr, done.stderr
    assert list(tmp.iterdir()) == [], "something is left behind"
    return done


def _tools(root, *parts):
    for part in parts:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "go.mod", root / "tools")


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    root = tmp_path_factory.mktemp("repository")
    copy_project(root)
    for path in (root / "stacks").iterdir():
        if path.is_file() and path.stem not in ("__init__", *PRODUCTS):
            path.unlink()
    _tools(root, "proof")
    shutil.copytree(ROOT / "tools" / "query", root / "tools" / "query")
    (root / ".gitignore").write_text(".sandbox/\n__pycache__/\nreview.md\nreview.html\n")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "base")
    return root


def changed(copy):
    """One change of each kind."""
    tikit, clipforge = "stacks/tikit.py", "stacks/clipforge.py"
    ratio = "when=FAILING.over(minutes(5), at_least=times(50))"
    copy.edit(tikit, f"{ratio}.above(percent(5))", f"{ratio}.above(percent(7))")
    copy.edit(tikit, "remind_every=hours(1), tell=(ALERTS, TEAM)", "remind_every=hours(1), tell=ALERTS")
    copy.edit(tikit, '"low-cache-hit-rate",\n        P2,', '"low-cache-hit-rate",\n        P1,')
    copy.edit(tikit, '"/ready", every=minutes(5)', '"/ready", every=minutes(20)')
    source = (copy.root / tikit).read_text()
    gone = re.search(r'    Alert\(\n        "data-loss",.*?\n    \),\n', source, re.DOTALL)
    copy.edit(tikit, gone[0], "")
    widgets = re.search(r'Dashboard\(\n    "infrastructure",.*?widgets=\(\n', source, re.DOTALL)
    panel = '        Lines("Sold by the minute", Rate(TICKETS), about="How fast"),\n'
    copy.edit(tikit, widgets[0], widgets[0] + panel)
    copy.edit(clipforge, '"slow-health",', '"slow-check",')
    copy.edit(tikit, '"frontend-down",\n        P0,', '"website-down",\n        P0,\n        was="frontend-down",')
    copy.edit(tikit, '"high-memory",\n        P2,', '"memory-short",\n        P2,\n        was="high-memory",')
    for suffix in ("py", "md"):
        (copy.root / f"stacks/fair_trade_worker.{suffix}").unlink()


EXPECTED = (
    r"- quieter: tikit alert high-error-rate threshold 5 % → 7 % \(fires at 7 % instead of 5 %, .*\).* · prod, staging",
    r"- other people: tikit severity P1 tells Slack #alerts, Email team@tikit\.app → Slack #alerts .* · prod \(not .*",
    r"- other people: tikit alert low-cache-hit-rate severity P2 → P1 .*",
    r"- data-loss \(alert of tikit\) P0, log events .* → none: the record of when it fired · prod, staging",
    r"- tikit dashboard infrastructure panel Sold by the minute none → lines as the first · prod, staging",
    r"- .*tikit check api-ready every 5 minutes → 20 minutes \(26,784 -> 6,696 executions a month\) · prod.*",
    r"- renamed: clipforge alert slow-check slow-health → slow-check: history lost .*",
    r"- renamed: tikit alert website-down frontend-down → website-down: history kept · prod, staging",
    r"- renamed: tikit alert memory-short high-memory → memory-short: history kept · prod, staging",
    r"- fair-trade-worker \(product\) 28 alerts, .* → none: everything below · .*",
)


def test_each_change_is_on_one_line_with_before_and_after(repository, tmp_path):
    changed(Copy(repository))
    before = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository, capture_output=True, text=True, check=True
    )
    done = review(repository, tmp_path / "tmp")
    assert done.returncode == 0, done.stderr
    text = (repository / "review.md").read_text()
    lines = [re.sub(r"[`*]", "", line) for line in text.splitlines()]
    for pattern in EXPECTED:
        assert sum(bool(re.fullmatch(pattern, line)) for line in lines) == 1, f"{pattern}\n\n{text[:6000]}"
    assert len(text) < 60_000
    # The rename that says so is followed by the engine: what is renamed isn't deleted.
    assert not re.search(r"^- .*(high-memory|frontend-down|memory-short|website-down)$", text, re.MULTILINE)
    assert "sandbox-secret" not in text
    # Changed dashboards show what both sides' queries give of one day; of a product that goes there is none.
    page = (repository / "review.html").read_text()
    assert re.search(r"^Evaluating \d+ changed dashboards, before and after \.\.\.$", done.stderr, re.MULTILINE)
    assert {*re.findall(r'class="sample">([^<]*)', page)} == {"made-up day", "not evaluated"}
    assert "Not evaluated: the working tree declares no such product, so it has no made-up day." in page
    assert re.search(r"high-error-rate fires once, \d+ min</li>", page)
    after = subprocess.run(["git", "status", "--porcelain"], cwd=repository, capture_output=True, text=True, check=True)
    assert after.stdout == before.stdout
    assert not (repository / ".sandbox").exists()


COMPONENT = """
class Product(pulumi.ComponentResource):
    def __init__(self, name, declares):
        super().__init__("monitoring:components:ProductMonitoring", name, {"declares": declares})

Product("shop", {"alert": {"slow": {"critical": "5 %", "sense": "above"}}})
"""


@pytest.fixture
def small(tmp_path):
    """A project of a single alert, with the same tools."""
    root = tmp_path / "small"
    _tools(root, "components", "sandbox", "review")
    (root / "Pulumi.yaml").write_text("name: monitoring\nruntime: python\n")
    (root / "Pulumi.staging.yaml").write_text("config: {}\n")
    (root / ".gitignore").write_text("review.md\nreview.html\n__pycache__/\n.sandbox/\n")
    (root / "resources.json").write_text("[]")
    (root / "__main__.py").write_text(PROGRAM + COMPONENT)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "base")
    return Copy(root)


def test_without_a_change_it_says_so_and_ends_well(small, tmp_path):
    done = review(small.root, tmp_path / "tmp")
    assert (done.returncode, done.stdout) == (
        0,
        "No changes. The whole report is in review.md, drawn in review.html.\n",
    ), done.stderr
    assert (small.root / "review.md").read_text().endswith("### Monitoring: No changes\n")


def test_what_is_not_committed_counts(small, tmp_path):
    small.edit("__main__.py", '"5 %"', '"7 %"')
    done = review(small.root, tmp_path / "tmp")
    assert done.stdout.startswith("1 change.")
    assert "threshold `5 %` → `7 %`" in (small.root / "review.md").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_end_from_outside_leaves_nothing_behind(small, tmp_path, number):
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "review.review", "--base", "HEAD"],
        cwd=small.root,
        env={**os.environ, "PYTHONPATH": str(small.root), "TMPDIR": str(tmp), "SANDBOX_LATENCY": "60"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process.stderr.readline()
    while not list(tmp.glob("*/base/.sandbox/vendors.db")):
        assert time.monotonic() - started < 60
        time.sleep(0.1)
    # As a terminal that is closed does it: to everything that runs in it.
    (os.killpg if number == signal.SIGHUP else os.kill)(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert list(tmp.iterdir()) == []


def test_a_broken_working_tree_is_an_error_and_not_an_empty_report(small, tmp_path):
    small.write("__main__.py", "import pulumi\nraise pulumi.RunError('nothing is right')\n")
    for name in ("review.md", "review.html"):
        small.write(name, "No changes, said of something else")
    done = review(small.root, tmp_path / "tmp")
    assert done.returncode == 1
    assert "error: The working tree can't be previewed (staging):\nerror: nothing is right\n" in done.stderr
    assert not (small.root / "review.md").exists()
    assert not (small.root / "review.html").exists()


def test_a_broken_base_is_an_error(small, tmp_path):
    good = (small.root / "__main__.py").read_text()
    small.write("__main__.py", "import pulumi\nraise pulumi.RunError('nothing was right')\n")
    git(small.root, "commit", "-qam", "broken")
    small.write("__main__.py", good)
    done = review(small.root, tmp_path / "tmp")
    assert done.returncode == 1
    assert re.search(r"error: The base [0-9a-f]{7} can't be applied in the sandbox \(staging\):\n", done.stderr)
    assert "nothing was right" in done.stderr


def test_a_base_that_is_not_there_is_an_error(small, tmp_path):
    done = review(small.root, tmp_path / "tmp", "--base", "origin/nowhere")
    assert done.returncode == 1
    assert "There is no commit 'origin/nowhere' here. Fetch it first" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "is not JSON"),
        ("{}", "has no steps"),
        ("[" * 100_000, "is not JSON"),
        ('{"steps": [{"op": "update"}]}', "is not a preview"),
        ('{"steps": ["update"]}', "is not a preview"),
        ('{"steps": [], "diagnostics": ["error"]}', "is not a preview"),
        (
            '{"steps": [], "diagnostics": [{"severity": "error", "message": "cannot be deleted"}]}',
            "failed, so what it shows is not all that would change:\ncannot be deleted",
        ),
    ],
)
def test_a_file_that_is_no_complete_preview_is_an_error(small, tmp_path, text, said):
    small.write("plan.json", text)
    done = review(small.root, tmp_path / "tmp", "--plan", "plan.json")
    assert done.returncode == 1
    assert said in done.stderr


def test_two_previews_of_one_stack_are_an_error(small, tmp_path):
    urn = "urn:pulumi:staging::monitoring::monitoring:components:Accounts::once-per-account"
    for name in ("one.json", "two.json"):
        small.write(name, json.dumps({"steps": [{"op": "same", "urn": urn}]}))
    done = review(small.root, tmp_path / "tmp", "--plan", "one.json", "two.json")
    assert done.returncode == 1
    assert "error: one.json and two.json are both of the stack 'staging'. Give one file" in done.stderr


def test_a_file_that_is_not_text_is_an_error(small, tmp_path):
    (small.root / "plan.json").write_bytes(b"\xff\xfe\x00{")
    done = review(small.root, tmp_path / "tmp", "--plan", "plan.json")
    assert done.returncode == 1
    assert "error: plan.json isn't text" in done.stderr
