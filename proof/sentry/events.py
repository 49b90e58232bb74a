"""What Sentry receives: events of issues, activities such as "resolved", and traced requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "fatal": 50}  # and `sample`, which nothing here sends


@dataclass(frozen=True)
class Event:
    """An error of an issue (a group of like errors), with its tags and what the SDK records itself."""

    at: float
    issue: str = "one"
    tags: Mapping[str, str] = field(default_factory=dict)  # with `level` and `environment`, as Sentry keeps them
    attributes: Mapping[str, str] = field(default_factory=dict)  # message, exception.type, http.url, transaction …
    escalates: bool = False  # an archived issue that Sentry brings back

    def value(self, key: str) -> str | None:
        """What a search compares a key with."""
        return self.attributes.get(key, self.tags.get(key))


@dataclass(frozen=True)
class Resolved:
    """An issue was resolved: by hand, by a release or by age."""

    at: float
    issue: str = "one"


@dataclass(frozen=True)
class Requests:
    """Traced requests that came at once: how many, and how many of them failed."""

    at: float
    number: float
    failed: float
    tags: Mapping[str, str] = field(default_factory=dict)


Happening = Event | Resolved
