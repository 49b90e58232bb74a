"""Names that differ as they are written, and are the same where a vendor keeps them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from components.problems import Problem


def series(name: str) -> str:
    """What is left of a name where only letters, digits and underscores are allowed."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def alike(names: Iterable[str], form: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that differ as they are written and are the same in that form."""
    first: dict[str, str] = {}
    for name in names:
        one = first.setdefault(form(name), name)
        if one != name:
            yield one, name


def same(names: Sequence[str], kind: str, is_series: bool) -> Iterator[Problem]:
    """A problem for each name that stands there twice, or becomes another one at the vendors."""
    for name, count in Counter(names).items():
        if count > 1:
            why = f"is used {count} times: one would replace the other."
            yield Problem("name", name, why, "a different name for each", item=f"{kind} {name!r}")
    for one, other in alike(names, series if is_series else str.lower):
        why = f"can't be told apart from {one!r} in the vendors: one would replace the other."
        yield Problem("name", other, why, "a different name for each", item=f"{kind} {other!r}")
