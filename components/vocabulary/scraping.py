"""Metrics that a vendor fetches from the application, instead of the application sending them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import Problem
from components.vocabulary.quantities import Duration
from components.vocabulary.words import Slug, Word, word


@word
class Scrape(Word):
    """An endpoint in Prometheus text format at one of the product's sites, fetched that often with a bearer token."""

    VERBATIM = ("path",)

    name: Slug
    site: str
    path: str
    _: KW_ONLY
    every: Duration
    rows: str = ""

    def problems(self) -> Iterator[Problem]:
        """A path that would become part of the host: the token would be sent to another one."""
        if not re.fullmatch(r"/[\w.~%!$&'()*+,;=:@?/-]*", self.path, re.ASCII):
            instead = f"/{''.join(self.path.split()).lstrip('/')}"
            yield Problem("path", self.path, "isn't a path: it is appended to the site's address.", instead)
