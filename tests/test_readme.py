"""What the README and the pages it links to say is true: excerpts are real, recipes work, commands exist."""

import re

import pytest

from components.catalogue import STACKS as STACKS_FOLDER
from components.catalogue import load_products
from review.recorder import record
from tests.conftest import ROOT, STACKS, forget_products
from tests.malformed.test_stack_files import told

PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md")}
README = PAGES["README.md"] = (ROOT / "README.md").read_text(encoding="utf-8")


def block(marker):
    """The code below `<!-- marker -->`, which is on one page only."""
    pattern = rf"<!-- {re.escape(marker)} -->\n```\w+\n(.*?)```"
    [found] = [code for text in PAGES.values() for code in re.findall(pattern, text, re.DOTALL)]
    return str(found)


def plan(copy, stack):
    return {each.name: each for each in record(stack, copy.root).resources}


def only_tikit(copy):
    """The product beside which something is added: what the others declare has nothing to do with it."""
    for path in (copy.root / "stacks").glob("*.*"):
        if path.stem not in ("__init__", "tikit"):
            path.unlink()
    return copy


def test_the_excerpt_is_real():
    assert block("excerpt: stacks/tikit.py") in (ROOT / "stacks" / "tikit.py").read_text(encoding="utf-8")


def test_an_alert_is_added_in_one_file_and_ten_lines(read_here):
    recipe = block("recipe: alert")
    assert len(recipe.splitlines()) <= 10
    only_tikit(read_here).edit("stacks/tikit.py", "RESOURCES = (\n", f"RESOURCES = (\n{recipe}")
    monitor = plan(read_here, "prod")["tikit-tickets-stopped-selling"].inputs
    assert monitor["query"] == "sum(last_6h):sum:ticket.purchased{env:production,service:tikit-backend}.as_count() < 1"


def test_an_alert_that_waits_for_users_is_said_to_be_left_out_where_there_are_none(copy):
    only_tikit(copy).edit("stacks/tikit.py", "RESOURCES = (\n", f"RESOURCES = (\n{block('recipe: alert')}")
    without_users = copy.run("review.plan", "--stack", "staging")
    assert "left out in staging: tikit tickets-stopped-selling waits for users" in without_users.stderr


@pytest.fixture
def shop(copy):
    copy.write("stacks/shop.py", block("recipe: stacks/shop.py"))
    return copy


def test_a_product_is_added_with_one_file(read_here):
    only_tikit(read_here).write("stacks/shop.py", block("recipe: stacks/shop.py"))
    for stack in STACKS:
        declared = plan(read_here, stack)
        assert declared["shop-high-error-rate"].inputs["type"] == "composite"
        assert declared["shop-high-error-rate"].parent == "shop-datadog"
        assert any(each.startswith("tikit") for each in declared)


def test_a_product_without_a_document_has_no_rows_and_rows_without_a_page_are_named_by_trace(shop):
    assert shop.run("review.trace").returncode == 0
    shop.edit(
        "stacks/shop.py", 'runbook="Roll back the last deploy.",', 'runbook="Roll back.",\n            rows="SHO-02",'
    )
    result = shop.run("review.trace")
    assert result.returncode == 1
    assert "SHO-02: is answered, but no page" in result.stderr


def test_a_row_is_answered_by_the_page_that_the_recipe_shows(shop):
    shop.edit("stacks/shop.py", 'summary="More than', 'rows="SHOP-01",\n        summary="More than')
    page = block("recipe: docs/requirements/shop.md")
    shop.write("docs/requirements/shop.md", page)
    assert (
        "\n1 rows, 0 without an answer or unknown; 1 values, 0 wrong"
        in shop.run("review.trace", "--product", "shop").stdout
    )
    shop.write("docs/requirements/shop.md", page.replace("`0.05`", "`0.06`"))
    assert shop.run("review.trace", "--product", "shop").returncode == 1


def test_an_environment_is_added_with_one_file_and_an_entry_per_product(read_here):
    read_here.write("Pulumi.demo.yaml", block("recipe: Pulumi.demo.yaml"))
    refused = told(read_here.root, "demo")
    for product in load_products(STACKS_FOLDER)[0]:
        assert f"{product.name}, `urls`: has no entry for demo" in refused
        sites = ", ".join(f'"{site}": "https://demo.{site}.example"' for site in product.urls["staging"])
        read_here.edit(product.file, "    urls={\n", f'    urls={{\n        "demo": {{{sites}}},\n')
    forget_products()
    declared = plan(read_here, "demo")
    assert declared["tikit-check-api-health"].inputs["target"] == "https://demo.api.example/health"
    assert declared["tikit-check-api-health"].inputs["frequency"] == 3_600_000
    assert declared["tikit-log-index"].inputs["retentionDays"] == 3


def test_every_make_target_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)\b", README))
    assert {
        "preview",
        "test",
        "plan",
        "trace",
        "docs",
        "up",
        "new",
        "review",
        "check",
    } <= named  # `make` lists the rest
    assert named - {"sh"} <= targets


def test_the_readme_stays_short():
    assert len(README.splitlines()) < 100


@pytest.mark.parametrize("page", PAGES)
def test_every_page_links_to_files_that_exist(page):
    for path in re.findall(r"\]\((?!\w+:)([^)#\s]+)", PAGES[page]):
        assert ((ROOT / page).parent / path).exists(), path


def test_every_path_that_the_readmes_layout_names_exists():
    for path in re.findall(r"^\| `([\w./]+)`", README.split("## Layout")[1], re.MULTILINE):
        assert (ROOT / path).exists(), path


def test_the_page_on_going_live_names_the_secrets_by_their_real_names():
    from components.secrets import names

    assert re.search(r"monitoring:secrets\.([\w-]+)", PAGES["docs/going-live.md"])[1] in names("prod", ROOT)
