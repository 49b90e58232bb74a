"""A vendor's answers to a drill: what was refused, or never came, is one, too."""

from __future__ import annotations

from typing import Any, NamedTuple

from apis.access import cursor
from apis.web import Web, WebError


class Answer(NamedTuple):
    """What a vendor answered: its HTTP status, 0 where there was none; the JSON, or None; the same as text, cleaned.

    `after`: the cursor of the next page, of a list that goes on (Sentry's `Link`).
    """

    status: int
    body: Any = None
    said: str = ""
    after: str = ""

    @property
    def good(self) -> bool:
        """Whether the call was accepted."""
        return 200 <= self.status < 300  # noqa: PLR2004


def ask(web: Web, path: str, body: object = None) -> Answer:
    """GET, or POST with a body."""
    try:
        found = web.send("GET" if body is None else "POST", path, body)
    except WebError as problem:
        return Answer(problem.status, said=problem.answered or str(problem))
    try:
        read = found.json()
    except WebError:
        read = None
    return Answer(found.status, read, found.said, cursor(found.headers.get("Link", "")))
