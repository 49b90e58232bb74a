"""docs/architecture.md names the files that a new kind touches: toys are added to a copy, mypy and tests are asked."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

V = "components/vocabulary"
LONGEST_PRODUCT = 600
PARTS = ("components", "review", "pipelines", "proof", "sandbox", "stacks", "sdks", "pyproject.toml")
EXPORTS = f"{V}/__init__.py"

# By kind: the file that its word is written in, the union it joins there, and the word.
TOYS = {
    "condition": (f"{V}/conditions.py", "Threshold | Absence", '@word\nclass Toy{0}(Condition):\n    """A toy."""\n'),
    "receiver": (
        f"{V}/people.py",
        "PagerDuty | Slack",
        '@word\nclass Toy{0}(Receiver):\n    """A toy."""\n\n    name: str\n',
    ),
    "widget": (
        f"{V}/dashboards.py",
        "Lines | Number",
        '@word\nclass Toy{0}(Widget):\n    """A toy."""\n\n    title: Text\n    about: Text\n',
    ),
}
UNIT = (f"{V}/quantities.py", '    MONEY = "money"', '    TOY = "toys"\n')
MOST = {"condition": 5, "receiver": 5, "widget": 4, "unit": 3}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """By kind: the files that have to be edited. One run of mypy for all kinds."""
    copy = tmp_path_factory.mktemp("project")
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / part)
    if (ROOT / ".mypy_cache").is_dir():  # of what isn't changed, mypy knows already
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")
    touched = {kind: {path, EXPORTS} for kind, (path, _, _) in TOYS.items()}
    for kind, (path, union, text) in TOYS.items():
        written = (copy / path).read_text(encoding="utf-8")
        begin = re.search(r"^Any\w+: TypeAlias", written, re.MULTILINE).start()
        name = kind.title()
        head, tail = written[:begin], written[begin:]
        assert union in tail
        toy = f"{text.format(name)}\n\n{tail.replace(union, f'Toy{name} | {union}', 1)}"
        (copy / path).write_text(head + toy, encoding="utf-8")
    path, last, line = UNIT
    written = (copy / path).read_text(encoding="utf-8")
    assert last in written
    (copy / path).write_text(written.replace(last, line + last, 1), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", "components", "review", "proof"],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    others = []
    for line in ran.stdout.splitlines():
        found = re.match(r"([\w/.]+):\d+: error: .*\"assert_never\" has incompatible type \"Toy(\w+)\"", line)
        if found:
            touched[found[2].lower()].add(found[1])
        elif "error:" in line:
            others.append(line)
    assert not others, others
    # What tests/test_units.py asks for: an entry for each member of the enumeration, and an example of one.
    ask = "from components.units import UNITS; from components.vocabulary.quantities import EXAMPLES, Unit;"
    ask += "print([unit in known for unit in Unit for known in (UNITS, EXAMPLES)].count(False))"
    missing = subprocess.run([sys.executable, "-c", ask], cwd=copy, capture_output=True, text=True, check=True).stdout
    assert missing.strip() == "2"
    touched["unit"] = {path, EXPORTS, "components/units.py"}
    return touched


@pytest.mark.parametrize("kind", MOST)
def test_a_new_kind_touches_no_more_files_than_the_page_says(asked, kind):
    assert len(asked[kind]) <= MOST[kind]


@pytest.mark.parametrize("kind", MOST)
def test_the_page_names_exactly_the_files_that_are_asked_for(asked, kind):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(rf"^### A {kind}: (\d+) files\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    assert int(recipe[0]) == len(asked[kind])
    assert set(re.findall(r"`(components/[\w/]+\.py)`", recipe[1])) == asked[kind]


def test_mypy_asks_for_every_vendor_that_could_be_asked(asked):
    """A check that finds nothing would pass as well."""
    for kind in ("condition", "receiver", "widget"):
        assert {path.split("/")[1] for path in asked[kind]} >= {"vocabulary", "datadog", "grafana"}, kind


@pytest.mark.parametrize("path", sorted((ROOT / "stacks").glob("*.py")), ids=lambda path: path.stem)
def test_a_product_file_holds_decisions_on_at_most_600_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_PRODUCT
