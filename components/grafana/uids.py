"""Uids at Grafana: unique in the organisation, and the same for as long as the name is."""

from __future__ import annotations

from hashlib import sha256

from components.scope import Scope

LONGEST = 40  # grafana/grafana, pkg/util/shortid_generator.go: MaxUIDLength


def uid(scope: Scope, name: str = "") -> str:
    """The slug; where that is too long, its beginning and a number that follows from all of it."""
    whole = scope.slug(name)
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[: LONGEST - 9]}-{sha256(whole.encode()).hexdigest()[:8]}"
