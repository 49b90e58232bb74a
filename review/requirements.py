"""The rows of the products' documents, as docs/requirements/ has them: one page per product, one section per row.

A section is a heading (`## TIK-03`) and, in this order: `**Asked** (L83): …`, the exact `**Values:** …` if there are
any, `**Declared:**` with a table of what production declares (or, in the same line, why that is nothing), and
`**Differs:**` with a list of reasons, if it does. Differences that belong to no row stand last, below `## All rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from components.problems import MISSING, Problem, nearest
from components.vocabulary.rows import EXAMPLE, ROW

ALL = "All rows"
HEADER = "| Resource | Input | Value |"
RULE = re.compile(r"\|(?: ?:?-{3,}:? ?\|){3}")
ASKED = re.compile(r"\*\*Asked\*\* \((L\d[^()]*)\): (\S.*)")
VALUES, DECLARED, DIFFERS = "**Values:**", "**Declared:**", "**Differs:**"
CODE = re.compile(r"(`+)( ?)(.+?)\2\1")
PART = "contains "


class Value(NamedTuple):
    """What a page says that an input of a resource is, or contains; `at` is its line in the page."""

    resource: str
    path: str
    text: str
    part: bool
    at: str


@dataclass
class Row:
    """One thing that a document asks for, in words, with the lines that say so; `at` is its line in the page.

    `nothing` says why no resource carries it, where that is so.
    """

    id: str
    product: str
    at: str
    asked: str = ""
    line: str = ""
    values: str = ""
    declared: list[Value] = field(default_factory=list)
    nothing: str = ""
    differs: list[str] = field(default_factory=list)


class _Line(NamedTuple):
    at: str
    text: str


def read_rows(root: Path) -> tuple[dict[str, Row], list[Problem]]:
    """Every row of every product, by id, and everything that is wrong with the pages."""
    found: dict[str, Row] = {}
    problems: list[Problem] = []
    for page in sorted((root / "docs" / "requirements").glob("*.md")):
        of_page: dict[str, Row] = {}
        wrong = list(_page(page, of_page))
        for row in of_page.values():
            if row.id in found:
                why = f"is already in {found[row.id].at}."
                wrong.append(Problem("", row.id, why, "an id of its own", line=row.at))
            found.setdefault(row.id, row)
        for problem in wrong:
            problem.product = page.stem
        problems += wrong
        file = f"{page.stem.replace('-', '_')}.py"
        if not (root / "stacks" / file).exists():
            stems = [path.stem.replace("_", "-") for path in (root / "stacks").glob("*.py") if path.stem != "__init__"]
            why = f"belongs to no product: there is no stacks/{file}."
            problems.append(Problem("", page.name, why, f"{nearest(page.stem, stems)}.md", product=page.stem))
    return found, [*problems, *_unknown(found)]


def _unknown(rows: dict[str, Row]) -> Iterator[Problem]:
    for row in rows.values():
        for name in dict.fromkeys(re.findall(rf"\b{ROW}\b", " ".join(row.differs))):
            if name.partition("-")[0] == row.id.partition("-")[0] and name not in rows:
                why = "is named here, but isn't a row."
                yield Problem("Differs", name, why, nearest(name, rows), row.product, row.id, row.at)


def _page(page: Path, rows: dict[str, Row]) -> Iterator[Problem]:
    try:
        texts = page.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        yield Problem("", MISSING, f"can't be read: {error}.", "a text in UTF-8", line=page.name)
        return
    lines = [_Line(f"{page.name}:{number}", text.rstrip()) for number, text in enumerate(texts, 1)]
    starts = [place for place, line in enumerate(lines) if line.text.startswith("#") and place]
    if not starts:
        why = "has no section, so it asks for nothing."
        yield Problem("", MISSING, why, f"## {EXAMPLE.split()[0]}", line=page.name)
        return
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        heading, body = lines[start], [line for line in lines[start + 1 : end] if line.text]
        name = heading.text.removeprefix("## ")
        row = Row(name, page.stem, heading.at)
        if name == ALL:
            yield from _differs(row, body, required=True)
        elif not re.fullmatch(ROW, name):
            why = "isn't the heading of a row: ## and two to five capitals, a hyphen, two or three digits."
            yield Problem("", heading.text, why, f"## {EXAMPLE.split()[0]}", line=heading.at)
        elif name in rows:
            why = f"is already in {rows[name].at}."
            yield Problem("", name, why, "one section per row", line=heading.at)
        else:
            rows[name] = row
            for problem in _row(row, body):
                problem.item = name
                yield problem


def _row(row: Row, body: list[_Line]) -> Iterator[Problem]:
    """Take off the body what each part consists of, from the top."""
    asked = ASKED.fullmatch(body[0].text) if body else None
    if asked:
        row.line, row.asked = asked.groups()
        body = body[1:]
    else:
        at = body[0].at if body else row.at
        why = "has to begin with what is asked, and the lines of the document that ask for it."
        yield Problem("Asked", MISSING, why, "**Asked** (L12-14, L20): …", line=at)
        body = body[1:] if body and body[0].text.startswith("**Asked") else body
    if body and body[0].text.startswith(VALUES):
        row.values = body[0].text.removeprefix(VALUES).strip()
        body = body[1:]
    if not body or not body[0].text.startswith(DECLARED):
        at = body[0].at if body else row.at
        why = "is missing, or isn't directly after what is asked."
        yield Problem("Declared", MISSING, why, f"{DECLARED} and a table, or {DECLARED} nothing: …", line=at)
    else:
        row.nothing = body[0].text.removeprefix(DECLARED).strip()
        declared, *body = body
        table = [line for line in body if line.text.startswith("|")]
        if table and body[: len(table)] != table:
            yield Problem("Declared", MISSING, "is interrupted.", "one table, directly below", line=table[0].at)
        body = [line for line in body if not line.text.startswith("|")]
        yield from _table(row, table, declared.at)
    yield from _differs(row, body)


def _table(row: Row, table: list[_Line], at: str) -> Iterator[Problem]:
    if not table:
        if not row.nothing:
            why = "is empty: neither a table nor the reason why nothing is declared."
            yield Problem("Declared", MISSING, why, f"{HEADER}, or {DECLARED} nothing: …", line=at)
        return
    if row.nothing:
        yield Problem("Declared", row.nothing, "is above a table.", "one of the two", line=at)
    if table[0].text != HEADER:
        why = "isn't the header of this table."
        yield Problem("Declared", table[0].text, why, HEADER, line=table[0].at)
    if len(table) < 3 or not RULE.fullmatch(table[1].text):  # noqa: PLR2004
        yield Problem("Declared", MISSING, "has no lines.", f"{HEADER}, |---|---|---|, and values", line=table[0].at)
    for line in table[2:]:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.text)]
        # The whole line: a bar that isn't escaped would end a value early.
        codes = [CODE.fullmatch(cell.removeprefix(PART)) for cell in cells[1:-1]]
        if cells[-1] or len(codes) != 3 or not all(codes) or cells[1].startswith(PART):  # noqa: PLR2004
            why = "is not a line of this table: three cells in backticks, bars in them written \\|."
            instead = "| `resource` | `input` | `value` |, or | … | contains `value` |"
            yield Problem("Declared", line.text, why, instead, line=line.at)
            continue
        resource, path, text = (code[3].replace("\\|", "|") for code in codes if code)
        row.declared.append(Value(resource, path, text, cells[3].startswith(PART), line.at))


def _differs(row: Row, body: Sequence[_Line], *, required: bool = False) -> Iterator[Problem]:
    if body and body[0].text == DIFFERS:
        first, *body = body
        if not body:
            yield Problem("Differs", MISSING, "is empty.", "a reason per line, which begins `- `", line=first.at)
    elif body or required:
        at = body[0].at if body else row.at
        given = body[0].text if body else MISSING
        why = "is out of place: nobody would read it as part of the row."
        yield Problem("", given, why, "in this order: Asked, Values, Declared, Differs (docs/requirements/)", line=at)
        return
    for line in body:
        if line.text.startswith("- "):
            row.differs.append(line.text.removeprefix("- "))
        else:
            yield Problem("Differs", line.text, "isn't a reason.", "one line, which begins `- `", line=line.at)
