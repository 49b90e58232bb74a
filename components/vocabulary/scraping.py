"""Metrics that a vendor fetches from the application, instead of the application sending them."""

from __future__ import annotations

from dataclasses import KW_ONLY

from components.vocabulary.quantities import Duration
from components.vocabulary.words import Word, word


@word
class Scrape(Word):
    """An endpoint in Prometheus text format at one of the product's sites, fetched that often with a bearer token."""

    name: str
    site: str
    path: str
    _: KW_ONLY
    every: Duration
    rows: str
