"""A sixth product is one new file: it is declared, documented and held to the contract without another edit."""

import re
import shutil

import pytest

from components.catalogue import load_products
from components.environment import Environment
from components.rules.quotas import executions_over_budget
from components.scope import Scope
from components.stackfile import ENVIRONMENT, stack_file
from components.vocabulary import CheckFails
from review.becomes import SHOWN
from tests.conftest import ROOT, STACKS, budget
from tests.rules.example import HEALTH, READY, alert, shop
from tests.test_readme import block

GUARDED = """
HEALTH = Check("health", "api", "/health", every=minutes(5), if_silent=HIGH, if_certificate_ends=HIGH)
HOME = Check("home", "api", "/", every=minutes(5), if_silent=HIGH, if_certificate_ends=HIGH)
LOGS = LogIndex("shop", keep=days(15), at_most_daily=times(10), if_nearly_full=HIGH)
SLOWLY = BurnRate(3, days(1), "ticket")  # as docs/products.md says for Datadog
BURNS = burn_rates(page=HIGH, ticket=HIGH, at_least=times(200), windows=(*WORKBOOK[:2], SLOWLY))
FEW = Objective("few-errors", percent(99), bad=FAILING, summary="Few fail", alerts=BURNS)
DOWN = tuple(
    Alert(f"{check.name}-down", HIGH, when=CheckFails(check, rounds=2), summary="It is down", runbook="Restart it.")
    for check in (HEALTH, HOME)
)

ALERTS = ("""
DRAWN = """
        Standing("Few errors", FEW, about="x"),
        Number("n", Rate(SHOP.requests), about="x"),
        Lines("Stored", LogsStored(), about="x", datadog={"show_legend": False}),
        Lines("Error rate","""


def grown():
    """The product of docs/products.md with checks, a log index, an objective and an option, in the fewest words."""
    text = block("recipe: stacks/shop.py")
    changes = {
        "\nALERTS = (": GUARDED,
        '\n        Lines("Error rate",': DRAWN,
        '{"production": {}, "staging": {}}': '{name: {"api": f"https://{name}.shop.example"} for name in ENVIRONMENTS}',
        "\nPRODUCT = Product(": '\nENVIRONMENTS = ("production", "staging")\nPRODUCT = Product(',
        "**named_in": "log_index=LOGS,\n    **named_in",
    }
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def tested(copy):
    """A copy of the project with its tests, where somebody has agreed to pay for more checks."""
    for part in ("tests", "pyproject.toml"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy.root / part)
    for stack in STACKS:
        copy.edit(f"Pulumi.{stack}.yaml", budget(stack), f"{budget(stack)}0")
    return copy


@pytest.mark.parametrize("stack", STACKS)
def test_two_checks_every_five_minutes_fit_into_the_budget_beside_the_products_that_were_planned_with(stack):
    environment = Environment.parse(stack_file(ROOT, stack).get(ENVIRONMENT), f"Pulumi.{stack}.yaml")
    there = [Scope(each, environment) for each in load_products(ROOT / "stacks")[0] if each.name in SHOWN]
    (more,) = shop(
        *(alert(CheckFails(each, rounds=2), name=each.name) for each in (HEALTH, READY)), environment=environment
    )
    assert [check.every for check in more.product.checks] == [HEALTH.every] * 2
    assert list(executions_over_budget.find([*there, more])) == []
    (found,) = executions_over_budget.find([*there, more, more])
    assert "shop: health " in found.why
    assert "tikit: api-health " in found.why


def test_a_new_product_is_documented_and_held_to_the_contract_the_moment_its_file_exists(tested):
    """The one of docs/products.md, which somebody has written, and what `make new` writes."""
    tested.write("stacks/shop.py", grown())
    written = tested.run("review.new", "print-shop")
    assert written.returncode == 0, written.stderr
    documented = tested.run("review.docs")
    assert documented.returncode == 0, documented.stderr
    # Nothing that `make new` wrote, nor docs/vocabulary.md, whose examples are of the products that it always shows.
    own = {"docs/application-contract/shop.md", "docs/runbooks/shop.md"}
    assert own <= set(documented.stdout.splitlines()) <= own | {"docs/rules.md"}
    for product in ("shop", "print-shop"):
        assert "high-error-rate" in (tested.root / "docs" / "runbooks" / f"{product}.md").read_text("utf-8")
        assert (tested.root / "docs" / "application-contract" / f"{product}.md").is_file()
    # What every declaration is held to whoever's it is, and what knows products by name: the rest asks the same again.
    # Whether documents are up to date has just been answered.
    files = ("tests/contract/test_datadog_queries.py", "tests/test_documents.py")
    held = tested.run("pytest", "-n", "0", *files, "-k", "not test_generated_documents_are_up_to_date")
    assert held.returncode == 0, held.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", held.stdout)[1]) > 20


def test_a_new_product_that_breaks_a_rule_is_refused_before_any_test_runs(copy):
    broken = block("recipe: stacks/shop.py").replace(", at_least=times(50)", "")
    copy.write("stacks/shop.py", broken)
    refused = copy.run("review.plan", "--stack", "staging")
    assert (refused.returncode, refused.stdout) == (1, "")
    line = broken.splitlines().index('        "high-error-rate",')  # the line before it, counted from 1
    assert f"shop, alert 'high-error-rate', `at_least` (shop.py:{line}): is missing" in refused.stderr
    assert "Rule: share-without-gate (docs/rules.md)" in refused.stderr
