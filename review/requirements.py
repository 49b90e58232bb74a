"""The rows of the products' documents, as docs/requirements/ lists them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROW = re.compile(r"^\| (?P<id>[A-Z]{3}-\d\d) \| (?P<asked>.+?) \| (?P<values>.+?) \| (?P<line>.+?) \|$", re.MULTILINE)


class Row(NamedTuple):
    """One thing that a document asks for, in words, with the exact values and the lines that say so."""

    id: str
    asked: str
    values: str
    line: str


def rows(root: Path) -> dict[str, Row]:
    """Every row of every product, by id."""
    found: dict[str, Row] = {}
    for path in sorted((root / "docs" / "requirements").glob("*.md")):
        for match in ROW.finditer(path.read_text(encoding="utf-8")):
            found[match["id"]] = Row(**match.groupdict())
    return found
