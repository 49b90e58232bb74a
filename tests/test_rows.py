"""The products' pages in docs/requirements/: what they say is declared is, and what is wrong with one is said."""

import pytest

from review.declared import mismatches
from review.recorder import ROOT, Declared, Recording
from review.requirements import read_rows

PAGES = sorted(path.stem for path in (ROOT / "docs" / "requirements").glob("*.md"))
PAGE = """# What Ant's document asks for

Values are in seconds.

## ANT-01

**Asked** (L3-5, L9): Alert when `it` is slow.

**Values:** `p95 > 2 s`

**Declared:**

| Resource | Input | Value |
|---|---|---|
| `ant-slow` | `thresholds.critical` | `2.0` |
| `ant-slow` | `query` | contains `a \\| b` |
| `ant-main` | `json.panels[title=Slow ones].width` | `12` |
| `ant-main` | `json.panels[0].title` | `Slow ones` |

**Differs:**

- Seconds, as ANT-107 asks.
- One more.

## ANT-107

**Asked** (L40): Meet every week.

**Declared:** nothing: people do.

## All rows

**Differs:**

- Names are ours.
"""
RECORDING = Recording(
    resources=[
        Declared("a:b:C", "ant-slow", "", {"thresholds": {"critical": "2.0"}, "query": "x | a | b", "rules": ["x"]}),
        Declared("a:b:D", "ant-main", "", {"json": '{"panels": [{"title": "Slow ones", "width": 12}]}'}),
    ],
    answered=[("ANT-01", "a:b:C", "ant-slow")],
)


@pytest.mark.parametrize("product", PAGES)
def test_what_a_page_says_of_production_is_so(recordings, product):
    rows, problems = read_rows(ROOT)
    of_page = [row for row in rows.values() if row.product == product]
    assert any(row.declared for row in of_page)
    wrong = [*(each for each in problems if each.product == product), *mismatches(of_page, recordings["prod"])]
    assert "\n".join(map(str, wrong)) == ""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "docs" / "requirements").mkdir(parents=True)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "ant.py").touch()
    write(tmp_path, PAGE)
    return tmp_path


def write(project, text, name="ant"):
    (project / "docs" / "requirements" / f"{name}.md").write_text(text, encoding="utf-8")


def said(problems):
    return [str(problem).replace("\n      Write instead: ", " -> ") for problem in problems]


def test_a_page_says_what_is_asked_what_is_declared_and_why_it_differs(project):
    rows, problems = read_rows(project)
    assert said(problems) == []
    assert list(rows) == ["ANT-01", "ANT-107"]
    row = rows["ANT-01"]
    assert (row.asked, row.line, row.values) == ("Alert when `it` is slow.", "L3-5, L9", "`p95 > 2 s`")
    assert row.differs == ["Seconds, as ANT-107 asks.", "One more."]
    assert [(each.path, each.text, each.part, each.at) for each in row.declared][1:3] == [
        ("query", "a | b", True, "ant.md:16"),
        ("json.panels[title=Slow ones].width", "12", False, "ant.md:17"),
    ]
    assert rows["ANT-107"].nothing == "nothing: people do."
    assert said(mismatches(rows.values(), RECORDING)) == []


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (
            "## ANT-01",
            "## ANT-1",
            "ant (ant.md:5): '## ANT-1' isn't the heading of a row: ## and two to five capitals",
        ),
        ("## ANT-01", "### ANT-01", "ant (ant.md:5): '### ANT-01' isn't the heading of a row"),
        ("## ANT-107", "## ANT-01", "ant (ant.md:25): 'ANT-01' is already in ant.md:5."),
        ("(L40)", "(40)", "ant, ANT-107, `Asked` (ant.md:27): has to begin with what is asked"),
        ("**Asked** (L40): Meet every week.\n", "", "ant, ANT-107, `Asked` (ant.md:28): has to begin with"),
        (
            "| Resource | Input | Value |",
            "| Resource | Value |",
            "ant, ANT-01, `Declared` (ant.md:13): '| Resource | Val",
        ),
        ("|---|---|---|", "|---|---|", "ant, ANT-01, `Declared` (ant.md:13): has no lines."),
        (
            "| `2.0` |",
            "| 2.0 |",
            "ant, ANT-01, `Declared` (ant.md:15): '| `ant-slow` | `thresholds.critical` | 2.0 |' is",
        ),
        (
            "| `2.0` |",
            "| `2.0`",
            "ant, ANT-01, `Declared` (ant.md:15): '| `ant-slow` | `thresholds.critical` | `2.0`' is",
        ),
        ("a \\| b", "a | b", "ant, ANT-01, `Declared` (ant.md:16): '| `ant-slow` | `query` | contains `a | b` |' is"),
        ("**Declared:** nothing: people do.", "", "ant, ANT-107, `Declared` (ant.md:25): is missing"),
        ("nothing: people do.", "", "ant, ANT-107, `Declared` (ant.md:29): is empty: neither a table nor the reason"),
        ("**Declared:**\n", "**Declared:** nothing\n", "ant, ANT-01, `Declared` (ant.md:11): 'nothing' is above"),
        ("**Values:**", "**Value:**", "ant, ANT-01, `Declared` (ant.md:9): is missing, or isn't directly"),
        ("**Differs:**\n\n- Sec", "**Differ:**\n\n- Sec", "ant, ANT-01 (ant.md:20): '**Differ:**' is out of place"),
        ("- One more.", "One more.", "ant, ANT-01, `Differs` (ant.md:23): 'One more.' isn't a reason. -> one line"),
        ("- Names are ours.\n", "", "ant, `Differs` (ant.md:33): is empty. -> a reason per line"),
        ("as ANT-107 asks", "as ANT-17 asks", "ant, ANT-01, `Differs` (ant.md:5): 'ANT-17' is named here, but isn't"),
        (PAGE, "", "ant (ant.md): has no section, so it asks for nothing. -> ## TIK-03"),
    ],
)
def test_what_cannot_be_read_in_a_page_is_said_with_its_line(project, old, new, text):
    assert PAGE.count(old) == 1
    write(project, PAGE.replace(old, new))
    assert [each for each in said(read_rows(project)[1]) if each.startswith(text)], said(read_rows(project)[1])


def test_a_row_of_another_product_and_a_page_of_none_are_refused(project):
    write(project, PAGE, "aunt")
    assert said(read_rows(project)[1]) == [
        "aunt (aunt.md:5): 'ANT-01' is already in ant.md:5. -> an id of its own",
        "aunt (aunt.md:25): 'ANT-107' is already in ant.md:25. -> an id of its own",
        "aunt: 'aunt.md' belongs to no product: there is no stacks/aunt.py. -> ant.md",
    ]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("| `2.0` |", "| `3.0` |", "`Value` (ant.md:15): '3.0' is not thresholds.critical of ant-slow. -> 2.0"),
        (
            "contains `a",
            "contains `c",
            "`Value` (ant.md:16): 'c | b' is not part of query of ant-slow. -> a part of x |",
        ),
        ("`ant-slow` | `th", "`ant-slwo` | `th", "`Resource` (ant.md:15): 'ant-slwo' is not declared. -> ant-slow"),
        (
            "critical",
            "critcal",
            "`Input` (ant.md:15): 'thresholds.critcal' is not an input of ant-slow: there is no cri",
        ),
        (
            "=Slow ones]",
            "=Slow]",
            "`Input` (ant.md:17): 'json.panels[title=Slow].width' is not an input of ant-main: th",
        ),
        (
            "panels[0]",
            "panels[1]",
            "`Input` (ant.md:18): 'json.panels[1].title' is not an input of ant-main: there is n",
        ),
        ("panels[0].title", "panels[0.title", "`Input` (ant.md:18): 'json.panels[0.title' is not an input of ant-main"),
        (
            "`query`",
            "`query.x`",
            "`Input` (ant.md:16): 'query.x' is not an input of ant-slow: there is no .x in a text.",
        ),
        ("`query`", "`thresholds[0]`", "`Input` (ant.md:16): 'thresholds[0]' is not an input of ant-slow: [0] is of a"),
        (
            "`query`",
            "`rules[name=x]`",
            "`Input` (ant.md:16): 'rules[name=x]' is not an input of ant-slow: there is not",
        ),
    ],
)
def test_what_a_page_says_and_is_not_so_is_said_with_its_line_and_what_is_declared(project, old, new, text):
    assert PAGE.count(old) == 1
    write(project, PAGE.replace(old, new))
    rows, problems = read_rows(project)
    assert said(problems) == []
    (wrong,) = said(mismatches(rows.values(), RECORDING))
    assert wrong.startswith(f"ant, ANT-01, {text}")


def test_a_row_that_is_said_to_be_declared_nowhere_is_compared_with_what_answers_it(project):
    recording = Recording(RECORDING.resources, answered=[("ANT-01 ANT-107", "a:b:C", "ant-slow")])
    (wrong,) = said(mismatches(read_rows(project)[0].values(), recording))
    assert wrong.startswith("ant, ANT-107, `Declared` (ant.md:25): 'nothing: people do.' isn't true: ant-slow covers")


def test_trace_refuses_a_page_that_is_wrong(copy):
    copy.edit("docs/requirements/tikit.md", "## TIK-09", "## TIK-9")
    result = copy.run("review.trace")
    assert result.returncode == 1
    assert "TIK-09: is answered, but no page" in result.stderr
    assert "'## TIK-9' isn't the heading of a row" in result.stderr
    assert "Traceback" not in result.stderr


def test_trace_refuses_a_value_that_is_not_declared(copy):
    copy.edit("docs/requirements/tikit.md", "| `slug` | `tikit` |", "| `slug` | `x` |")
    result = copy.run("review.trace")
    assert result.returncode == 1
    assert "'x' is not slug of tikit-sentry-project.\n      Write instead: tikit" in result.stderr
