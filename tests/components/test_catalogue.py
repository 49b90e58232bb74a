"""Product files are found by being there, and one that is wrong says where."""

import itertools
import sys

import pytest

from components.catalogue import load_products
from tests.refusals import said

NUMBERS = itertools.count()
GOOD = """
from components.vocabulary import Email, Product, Severity, Slack, minutes

TEAM = Email("team@a.example")
P1 = Severity("P1", "High", urgency=2, answer_within=minutes(5), tell=(TEAM,), rows="AAA-01")
PRODUCT = Product("{name}", "The {name}", "team", service="{name}", telemetry="datadog", workspace="a", urls={{}},
    severities=(P1,))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of product files, importable under a name of its own."""
    made = tmp_path / f"stacks_{next(NUMBERS)}"
    made.mkdir()
    (made / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return made


def test_every_file_is_a_product_and_there_is_no_list_to_edit(folder):
    for name in ("bee", "ant"):
        (folder / f"{name}.py").write_text(GOOD.format(name=name), encoding="utf-8")
    products, problems = load_products(folder)
    assert [product.name for product in products] == ["ant", "bee"]
    assert problems == []


def test_problems_of_all_files_are_reported_together_with_file_and_line(folder):
    (folder / "ant.py").write_text(GOOD.format(name="ant").replace("minutes(5)", "5"), encoding="utf-8")
    (folder / "bee.py").write_text('from components.vocabulary import Slack\n\nSlack("bees")\n', encoding="utf-8")
    (folder / "cat.py").write_text(GOOD.format(name="cat"), encoding="utf-8")
    products, problems = load_products(folder)
    assert [product.name for product in products] == ["cat"]
    assert [(problem.product, problem.item, problem.line) for problem in problems] == [
        ("ant", "severity 'P1'", "ant.py:5"),
        ("bee", "slack 'bees'", "bee.py:3"),
        ("bee", "", ""),
    ]
    assert said(problems)[2] == ("bee, `PRODUCT`: is missing, so the file declares nothing. -> PRODUCT = Product(…)")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("import nothing_of_that_name\n", 1, "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("\n\nx = 1 / 0\n", 3, "ZeroDivisionError: division by zero"),
        ("def broken(:\n", 1, "SyntaxError: "),
    ],
)
def test_a_file_that_does_not_import_says_why_and_where(folder, text, line, why):
    (folder / "ant.py").write_text(text, encoding="utf-8")
    products, (problem,) = load_products(folder)
    assert products == []
    assert problem.line == f"ant.py:{line}"
    assert problem.why.startswith(f"can't be imported: {why}")


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("Cuont(1)\n", "Count"),
        ("Unit.MILISECONDS\n", "MILLISECONDS"),
        ("Unit.FORTNIGHTS\n", "one of SECONDS, MILLISECONDS,"),
        ("Service('ant', 'http.request', about='x').request\n", "requests"),
        ("P11\n", "a name that is defined above, or a word of docs/vocabulary.md, for P11"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(folder, text, instead):
    (folder / "ant.py").write_text(f"from components.vocabulary import *\n{text}", encoding="utf-8")
    (problem,) = load_products(folder)[1]
    assert problem.instead.startswith(instead)


def test_a_product_stands_in_the_file_of_its_name(folder):
    (folder / "ant.py").write_text(GOOD.format(name="bee"), encoding="utf-8")
    assert said(load_products(folder)[1]) == [
        "ant, `name`: 'bee' belongs in stacks/bee.py, where its alerts say that it is declared. -> ant"
    ]


def test_a_second_product_in_a_file_would_be_left_out_and_is_refused(folder):
    text = GOOD.format(name="ant") + "import dataclasses\nOTHER = dataclasses.replace(PRODUCT, name='bee')\n"
    (folder / "ant.py").write_text(text, encoding="utf-8")
    products, problems = load_products(folder)
    assert products == []
    assert said(problems) == [
        (
            "ant, `OTHER`: 'bee' would be left out: a file declares only the product it calls PRODUCT. "
            "-> a file of its own, stacks/bee.py"
        )
    ]


SHORT = """
from components.vocabulary import *
from stacks.shared import usual_severities

CRITICAL, WARNING, INFO = usual_severities(
    on_call=PagerDuty("ant"), channel=Slack("#ant"), team=Email("team@ant.example"), rows="ANT-01"
)
SOLD = counter("sold", "Sold")
SALES = Alert(
    "few-sales", WARNING, when=Count(SOLD).over(hours(1)).below(times(9)), summary="Few", runbook="Look.", rows="ANT-02"
)
MAIN = Dashboard("main", "Main", (Lines("Sales", Count(SOLD), about="Sales"),), about="Sales?", rows="ANT-03")
PRODUCT = Product(
    "ant", "Ant", "ants", service="ant", telemetry="datadog", workspace="ant", urls={}, **named_in(globals())
)
"""


def test_a_product_has_what_its_file_names_and_the_severities_that_products_share(folder):
    (folder / "ant.py").write_text(SHORT, encoding="utf-8")
    (product,), problems = load_products(folder)
    assert problems == []
    assert [each.name for each in product.severities] == ["Critical", "Warning", "Info"]
    assert [each.name for each in product.alerts] == ["few-sales"]
    assert [each.name for each in product.dashboards] == ["main"]


@pytest.mark.parametrize("written", ["SALES = Alert(", 'ALL = {"sales": Alert(', "ALL = (Alert("])
def test_what_a_file_names_and_its_product_leaves_out_is_refused(folder, written):
    closing = {"S": ")", "{": ")}", "(": "),)"}["S" if written.startswith("S") else written[6]]
    text = SHORT.replace("SALES = Alert(", written).replace('rows="ANT-02"\n)', f'rows="ANT-02"\n{closing}')
    text = text.replace("**named_in(globals())", "severities=(CRITICAL, WARNING, INFO), dashboards=(MAIN,)")
    (folder / "ant.py").write_text(text, encoding="utf-8")
    name = written.partition(" ")[0]
    assert said(load_products(folder)[1]) == [
        (
            f"ant, `{name}`: 'few-sales' isn't used, so it wouldn't be declared. "
            "-> **named_in(globals()), or a place in the product's lists"
        )
    ]


def test_what_is_wrong_with_the_parts_and_with_the_whole_is_said_in_one_run(folder):
    text = SHORT.replace("Count(SOLD).over(hours(1)).below(times(9))", "Count(SOLD).over(60).below(times(9))")
    text = text.replace("urls={}", 'urls={"production": {"api": "http://ant.example"}}')
    (folder / "ant.py").write_text(text, encoding="utf-8")
    assert [(each.item, each.field) for each in load_products(folder)[1]] == [
        ("alert 'few-sales'", "over"),
        ("product 'ant'", "urls['production']['api']"),
    ]
