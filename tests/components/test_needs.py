"""What the application has to do is read from a page; what is wrong with it says so with file and line."""

import itertools
import sys

import pytest

from components.catalogue import load_products
from components.needs import Need, read_needs
from tests.test_readme import block

NUMBERS = itertools.count()
PAGE = """# What the ant's application has to do

Each section is a need.

## Error tracking (ANT-01 ANT-02)

Report `5xx`
only.

Why: The others
are expected.

## People (ANT-03)

Agree on it.

Why: Nobody would.
"""


@pytest.fixture
def page(tmp_path):
    made = tmp_path / "ant.md"
    made.write_text(PAGE, encoding="utf-8")
    return made


def test_a_page_has_one_section_per_need(page):
    needs = [
        Need("Error tracking", "ANT-01 ANT-02", "Report `5xx` only.", "The others are expected."),
        Need("People", "ANT-03", "Agree on it.", "Nobody would."),
    ]
    assert read_needs(page) == (needs, [])


def test_a_need_that_no_document_asks_for_names_no_row(page):
    page.write_text(PAGE.replace(" (ANT-03)", ""), encoding="utf-8")
    needs, problems = read_needs(page)
    assert (needs[1], problems) == (Need("People", "", "Agree on it.", "Nobody would."), [])


def test_a_product_without_a_page_has_no_needs(tmp_path):
    assert read_needs(tmp_path / "ant.md") == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("## People", "## Poeple", ", `topic` (ant.md:13): 'Poeple'", "isn't a topic of the contract. -> People"),
        ("(ANT-03)", "()", ", `rows` (ant.md:13): ''", "isn't a list of row ids"),
        ("(ANT-03)", "(ANT-3)", ", `rows` (ant.md:13): 'ANT-3'", "spaces between ids. -> (TIK-03 TIK-107), or no"),
        ("(ANT-03)", "(ANT-03, ANT-04)", ", `rows` (ant.md:13): 'ANT-03, ANT-04'", "isn't a list of row ids"),
        ("Agree on it.\n", "", ", `what` (ant.md:13):", "is missing: nobody would know what to do."),
        ("Why: Nobody would.\n", "", ", `why` (ant.md:13):", "is missing: nobody would know what breaks"),
        ("Nobody would.\n", "\n", ", `why` (ant.md:13):", "is missing: nobody would know what breaks"),
        ("it.\n\nWhy", "it.\nWhy", ", `why` (ant.md:13):", "is missing: nobody would know what breaks"),
        ("Agree on it.", "ANT-03\n\nAgree on it.", ", `rows` (ant.md:13): 'ANT-03'", "(TIK-30 TIK-36)"),
        ("would.\n", "would.\n\nAnd more.\n", " (ant.md:13): 'And more.'", "is out of place"),
        ("Agree on it.\n\nWhy: Nobody would.", "Why: Nobody.\n\nAgree.", " (ant.md:13): 'Agree.'", "is out of place"),
        ("Agree on it.", "- Agree on it.", " (ant.md:15): '- Agree on it.'", "begins a list"),
        ("Agree on it.", "| Agree |", " (ant.md:15): '| Agree |'", "begins a list, a table"),
        ("## People", "##People", " (ant.md:13): '##People (ANT-03)'", "isn't the heading of a need"),
        ("## People", "### People", " (ant.md:13): '### People (ANT-03)'", "isn't the heading of a need"),
        ("Each section", "### Metrics", " (ant.md:3): '### Metrics is a need.'", "isn't the heading of a need"),
        (PAGE, "", " (ant.md:1):", "has no section, so nothing is asked for."),
        (PAGE, b"\xff", " (ant.md:1):", "can't be read: 'utf-8' codec"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_with_its_line(page, old, new, where, why):
    assert PAGE.count(old) == 1
    page.write_bytes(new if isinstance(new, bytes) else PAGE.replace(old, new).encode())
    problem = read_needs(page)[1][0]
    assert str(problem).startswith(f"ant, need{where}"), problem
    assert why in str(problem).replace("\n      Write instead: ", " -> ")


def test_everything_that_is_wrong_with_a_page_is_said_in_one_run(page):
    page.write_text(PAGE.replace("ANT-02", "ANT-2").replace("## People", "## Poeple"), encoding="utf-8")
    needs, problems = read_needs(page)
    assert needs == []
    assert [problem.line for problem in problems] == ["ant.md:5", "ant.md:13"]


def test_the_page_of_the_readme_is_accepted(tmp_path):
    page = tmp_path / "shop.md"
    page.write_text(block("recipe: stacks/shop.md"), encoding="utf-8")
    (need,), problems = read_needs(page)
    assert (need.topic, need.rows, problems) == ("Traces", "", [])


def test_pages_are_checked_with_the_products_and_one_of_no_product_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / f"needs_{next(NUMBERS)}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (folder / "ant.py").write_text(
        "from components.vocabulary import Product\n\n"
        'PRODUCT = Product("ant", "The ant", "team", service="ant", telemetry="datadog", workspace="a", urls={},\n'
        "    severities=())\n",
        encoding="utf-8",
    )
    (folder / "ant.md").write_text(PAGE.replace("ANT-03", "ANT-3"), encoding="utf-8")
    (folder / "aunt.md").write_text(PAGE, encoding="utf-8")
    products, problems = load_products(folder)
    assert [product.name for product in products] == ["ant"]
    wrong, strange = map(str, problems)
    assert wrong.startswith("ant, need, `rows` (ant.md:13): 'ANT-3' isn't a list of row ids: ")
    assert strange.startswith("aunt: 'aunt.md' belongs to no product, as there is no aunt.py: its needs")
    assert strange.endswith("Write instead: ant.md")
