"""A person's yes to what a pull request would lose: bound to a hash of exactly that, and kept in our own comment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipelines.github import SHA

LABEL = "monitoring: agreed"
CONTEXT = "monitoring-review"
HASH = "[0-9a-f]{16}"
LOGIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})"


@dataclass(frozen=True)
class Marker:
    """The first line of a comment. `head`: the commit that was reviewed. `yes`: what needs a yes, a hash or empty.

    `agreed` is the hash that somebody, `by`, has said yes to; both are empty as long as nobody has.
    """

    kind: str
    head: str
    yes: str = ""
    agreed: str = ""
    by: str = ""

    def __str__(self) -> str:
        """The line; an HTML comment, so nobody sees it."""
        yes = f" needs-yes={self.yes}" if self.yes else ""
        agreed = f" agreed={self.agreed} by={self.by}" if self.agreed else ""
        return f"<!-- {self.kind} head={self.head}{yes}{agreed} -->"

    @property
    def settled(self) -> bool:
        """Whether nothing needs a yes, or exactly that has one."""
        return self.yes == self.agreed

    @classmethod
    def read(cls, kind: str, body: str) -> Marker | None:
        """Of a comment of this kind; None of any other."""
        found = re.match(
            rf"<!-- {re.escape(kind)} head=({SHA})(?: needs-yes=({HASH}))?(?: agreed=({HASH}) by=({LOGIN}))? -->\n",
            body,
        )
        return cls(kind, *(part or "" for part in found.groups())) if found else None


def status(marker: Marker, losses: int) -> tuple[str, str]:
    """State and description of the commit's status."""
    if not marker.yes:
        return "success", "nothing that changes needs a person's yes"
    if marker.settled:
        return "success", f"{marker.by} has agreed to what goes ({marker.yes})"
    what = f"{losses} thing{'s' if losses != 1 else ''}" if losses else "what goes"
    return "pending", f"{what} need{'s' if losses in (0, 1) else ''} a person's yes: read the comment, add '{LABEL}'"


def labels(pull_request: Any) -> set[str]:
    """The names of a pull request's labels."""
    return {str(one["name"]) for one in pull_request["labels"]}
