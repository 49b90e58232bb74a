"""What the application has to do so that its monitoring means anything: read from the page beside its product file.

A page is Markdown: after an introduction one section per need, which begins `## Metrics (TIK-30 TIK-36)`, or
`## Metrics` without a document, then says what has to be done in one paragraph, and in a second one, which begins
`Why: `, what stays silent or wrong without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from components.problems import MISSING, Problem, nearest
from components.vocabulary.rows import EXAMPLE as ROW_IDS
from components.vocabulary.rows import FORM, ROWS

# In the order in which the application contract has them.
TOPICS = ("Metrics", "Traces", "Logs", "Error tracking", "Endpoints", "Agent", "People")

HEADING = re.compile(r"## ([^()]*?)(?: \((.*)\))?")
# What begins a list, a quote, a table or code: a need becomes one line of a list in the contract.
BLOCK = re.compile(r"[-+*] |\d+[.)] |>|\||```|~~~|    |\t|---|===")
WHY = "Why: "
EXAMPLE = "## Metrics (TIK-30 TIK-36)"


class Need(NamedTuple):
    """Something that no vendor's configuration can do; its texts are Markdown, each without a line break.

    `rows` may be empty.
    """

    topic: str
    rows: str
    what: str
    why: str


@dataclass
class _Section:
    line: int
    heading: str
    body: list[tuple[int, str]] = field(default_factory=list)


def read_needs(page: Path) -> tuple[list[Need], list[Problem]]:
    """The needs of a page, and what is wrong with it; none of either where there is no page."""
    if not page.exists():
        return [], []
    needs: list[Need] = []
    try:
        problems = list(_read(page.read_text(encoding="utf-8").split("\n"), needs))
    except (OSError, UnicodeDecodeError) as error:
        problems = [Problem("", MISSING, f"can't be read: {error}.", "a text in UTF-8", line="1")]
    for problem in problems:
        problem.product, problem.item = page.stem.replace("_", "-"), "need"
        problem.line = f"{page.name}:{problem.line}"
    return needs, problems


def _read(lines: list[str], needs: list[Need]) -> Iterator[Problem]:
    sections: list[_Section] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            sections.append(_Section(number, line.rstrip()))
        elif re.match(r"\s*#", line) and (sections or not line.startswith("# ")):
            why = "isn't the heading of a need, so the text below it would be left out."
            yield Problem("", line, why, EXAMPLE, line=str(number))
        elif sections:
            sections[-1].body.append((number, line.rstrip()))
    if not sections:
        yield Problem("", MISSING, "has no section, so nothing is asked for.", EXAMPLE, line="1")
    for section in sections:
        yield from _need(section, needs)


def _need(section: _Section, needs: list[Need]) -> Iterator[Problem]:
    match = HEADING.fullmatch(section.heading)
    topic, rows = (match[1], match[2]) if match else (section.heading.removeprefix("## "), None)
    filled = groupby(section.body, key=lambda each: bool(each[1]))
    texts = [" ".join(line.strip() for _, line in paragraph) for has_text, paragraph in filled if has_text]
    found = [*_heading(topic, rows), *_texts(texts)]
    for problem in found:
        problem.line = str(section.line)
    for number, line in section.body:
        if BLOCK.match(line):
            why = "begins a list, a table, code or the like, which doesn't fit in the contract's table."
            found.append(Problem("", line[:40], why, "a sentence, or a need of its own", line=str(number)))
    if not found:
        what, why = texts
        needs.append(Need(topic, rows or "", what, why.removeprefix(WHY)))
    yield from found


def _heading(topic: str, rows: str | None) -> Iterator[Problem]:
    if topic not in TOPICS:
        yield Problem("topic", topic, "isn't a topic of the contract.", nearest(topic, TOPICS))
    if rows is not None and not ROWS.fullmatch(rows):
        yield Problem("rows", rows, FORM, f"({ROW_IDS}), or no brackets without a document")


def _texts(texts: list[str]) -> Iterator[Problem]:
    """One paragraph that says what, then one that says why."""
    whats = [text for text in texts if not text.startswith("Why:")]
    whys = [text for text in texts if text.startswith(WHY)]
    if not whats:
        yield Problem("what", MISSING, "is missing: nobody would know what to do.", "what to do, in one paragraph")
    if not whys:
        why = "is missing: nobody would know what breaks without it."
        yield Problem("why", MISSING, why, f"a second paragraph, {WHY}…")
    if whats and ROWS.fullmatch(whats[0]):
        why = "is below the heading, where it is read as what has to be done."
        yield Problem("rows", whats[0], why, f"the rows in the heading, as in {EXAMPLE}")
    elif whats and whys and texts != [whats[0], whys[0]]:
        why = "is out of place: a need says what has to be done, then why, in one paragraph each."
        yield Problem("", texts[-1][:40], why, "a need of its own, or one paragraph")
