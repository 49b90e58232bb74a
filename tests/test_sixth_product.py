"""A sixth product is one new file: it is declared, documented and held to the contract without another edit."""

import re
import shutil

import pytest

from tests.conftest import ROOT
from tests.test_readme import block


@pytest.fixture
def tested(copy):
    """A copy of the project with its tests."""
    for part in ("tests", "sandbox", "pyproject.toml"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy.root / part)
    return copy


def test_a_new_product_is_documented_and_held_to_the_contract_the_moment_its_file_exists(tested):
    """The one of docs/products.md, which somebody has written, and what `make new` writes."""
    tested.write("stacks/shop.py", block("recipe: stacks/shop.py"))
    assert tested.run("review.docs").returncode == 0
    written = tested.run("review.new", "print-shop")
    assert written.returncode == 0, written.stderr
    for product in ("shop", "print-shop"):
        assert "high-error-rate" in (tested.root / "docs" / "runbooks" / f"{product}.md").read_text("utf-8")
        assert (tested.root / "docs" / "application-contract" / f"{product}.md").is_file()
    tests = ("tests/contract/test_alerts.py", "tests/contract/test_everything.py", "tests/test_documents.py")
    held = tested.run("pytest", *tests)
    assert held.returncode == 0, held.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", held.stdout)[1]) > 50


def test_a_new_product_that_breaks_a_rule_is_refused_before_any_test_runs(copy):
    broken = block("recipe: stacks/shop.py").replace(", at_least=times(50)", "")
    copy.write("stacks/shop.py", broken)
    refused = copy.run("review.plan", "--stack", "staging")
    assert (refused.returncode, refused.stdout) == (1, "")
    line = broken.splitlines().index('        "high-error-rate",')  # the line before it, counted from 1
    assert f"shop, alert 'high-error-rate', `at_least` (shop.py:{line}): is missing" in refused.stderr
    assert "Rule: share-without-gate (docs/rules.md)" in refused.stderr
