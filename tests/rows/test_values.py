"""Row by row, the values that the documents state are the values that are declared, or their recorded corrections.

The tables beside this file are read with the product's document in the other hand: which row, which resource of
production, which input of it, and what stands there. `~ text`: the text is part of it.
"""

import json
import re

import pytest

from review.recorder import ROOT
from review.requirements import rows

LINE = re.compile(
    r"^\| (?P<row>[A-Z]{3}-\d\d) \| (?P<name>[\w.-]+) \| (?P<path>[^|\n]+?) \| (?P<value>.+?) \|$", re.MULTILINE
)
TABLES = sorted((ROOT / "tests" / "rows").glob("*.md"))
STEP = re.compile(r"(?P<key>[^.\[\]]+)|\[(?:(?P<field>\w+)=(?P<wanted>[^\]]+)|(?P<index>\d+))\]")


def lines():
    for path in TABLES:
        for match in LINE.finditer(path.read_text(encoding="utf-8")):
            yield pytest.param(*match.groups(), id=f"{match['row']} {match['name']} {match['path']}")


def at(value, path):
    """`rules[uid=tikit-api-down].datas[0].model.expr`: the part of a resource's inputs that a path names.

    A text that holds JSON is opened, so that a path goes on inside it.
    """
    for step in STEP.finditer(path):
        if isinstance(value, str):
            value = json.loads(value)
        if step["key"]:
            value = value[step["key"]]
        elif step["index"]:
            value = value[int(step["index"])]
        else:
            (value,) = [each for each in value if str(each.get(step["field"])) == step["wanted"]]
    return value


@pytest.mark.parametrize(("row", "name", "path", "expected"), list(lines()))
def test_a_row_has_its_value(recordings, row, name, path, expected):
    (inputs,) = [each.inputs for each in recordings["prod"].resources if each.name == name]
    found = at(inputs, path)
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    expected = expected.replace("\\|", "|").strip("`")
    if expected.startswith("~ "):
        assert expected.removeprefix("~ ") in text
    else:
        assert text == expected


def test_every_product_has_a_table():
    assert {path.name for path in TABLES} == {path.name for path in (ROOT / "docs" / "requirements").glob("*.md")}


def test_every_row_in_a_table_exists():
    assert {line.values[0] for line in lines()} <= set(rows(ROOT))


def test_no_line_of_a_table_is_passed_over():
    for path in TABLES:
        text = path.read_text(encoding="utf-8")
        assert len(LINE.findall(text)) == len(re.findall(r"^\|\s*[A-Z]{3}-", text, re.MULTILINE)), path.name
