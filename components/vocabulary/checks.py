"""Probes of an endpoint from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import Problem
from components.vocabulary.excuses import Excuse
from components.vocabulary.guards import Expiry, Silence
from components.vocabulary.people import Severity
from components.vocabulary.quantities import Duration, seconds
from components.vocabulary.words import Slug, Word, word


@word
class Check(Word):
    """A request to `path` of one of the product's sites, at that interval, from every probe location.

    It succeeds when the answer has the status and, where given, a body that matches the regular expression.
    `if_silent`: who is notified when it hasn't run for an hour, or for as long as a Silence says.
    `if_certificate_ends`: who is notified 14 days before, or as early as an Expiry says. Checks with the same guard
    share its alert.
    """

    VERBATIM = ("path", "body")

    name: Slug
    site: str
    path: str
    _: KW_ONLY
    every: Duration
    rows: str = ""
    timeout: Duration = seconds(10)
    status: int = 200
    body: str = ""
    if_silent: Severity | Silence | None = None
    if_certificate_ends: Severity | Expiry | None = None
    excused: tuple[Excuse, ...] = ()
    was: Slug | None = None

    def problems(self) -> Iterator[Problem]:
        """A path that is none; a probe that takes longer than the interval."""
        yield from no_path(self.path)
        if not 100 <= self.status < 600:  # noqa: PLR2004
            yield Problem("status", self.status, "isn't an HTTP status.", "200")
        if re.search(r"\(\?(=|!|<=|<!|>|\(|P=)|\\[1-9]", self.body) or not _is_pattern(self.body):
            why = "isn't a regular expression that probes accept (RE2: no look-around, no back-references)."
            yield Problem("body", self.body, why, 'a plain one, such as "ok"')
        if not self.timeout < self.every:
            why = f"is not shorter than the interval of {self.every}."
            yield Problem("timeout", str(self.timeout), why, "a shorter timeout")


def no_path(path: str) -> Iterator[Problem]:
    """A path that would become part of the host: the request, and a token in it, would go to another one."""
    if not re.fullmatch(r"/[\w.~%!$&'()*+,;=:@?/-]*", path, re.ASCII):
        instead = f"/{''.join(path.split()).lstrip('/')}"
        yield Problem("path", path, "isn't a path; it is appended to the site's address.", instead)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
