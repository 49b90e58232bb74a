"""A sixth product is one new file: it is declared, documented and held to the contract without another edit."""

import re
import shutil

from tests.conftest import ROOT
from tests.test_readme import block


def test_a_new_product_is_documented_and_held_to_the_contract_the_moment_its_file_exists(copy):
    for part in ("tests", "pyproject.toml"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy.root / part)
    copy.write("stacks/shop.py", block("recipe: stacks/shop.py"))
    assert copy.run("review.docs").returncode == 0
    for folder in ("application-contract", "runbooks"):
        assert "high-error-rate" in (copy.root / "docs" / "runbooks" / "shop.md").read_text("utf-8")
        assert (copy.root / "docs" / folder / "shop.md").is_file()
    tests = ("tests/contract/test_alerts.py", "tests/contract/test_everything.py")
    held = copy.run("pytest", *tests)
    assert held.returncode == 0, held.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", held.stdout)[1]) > 50


def test_a_new_product_that_breaks_the_contract_is_refused_by_it(copy):
    for part in ("tests", "pyproject.toml"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy.root / part)
    broken = block("recipe: stacks/shop.py").replace(", at_least=times(50)", "")
    copy.write("stacks/shop.py", broken)
    held = copy.run("pytest", "tests/contract/test_alerts.py", "-k", "traffic_gate")
    assert held.returncode == 1
    assert "shop-high-error-rate has no traffic gate" in held.stdout
