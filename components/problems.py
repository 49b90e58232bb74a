"""What is wrong with a declaration, said so that the reader can put it right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

MISSING = object()


@dataclass
class Problem:
    """One thing that has to be put right.

    `field` is the argument or key at fault, `value` what stands there (MISSING: nothing does), `why` what that would
    lead to, `instead` what to write. `product` and `item` ("alert 'slow-responses'") are filled in on the way out.
    `rule` is the id of the rule that this breaks, where it is one of docs/rules.md.
    """

    field: str
    value: object
    why: str
    instead: str
    product: str = ""
    item: str = ""
    line: str = ""
    rule: str = ""

    def __str__(self) -> str:
        """Where and what, then what to write instead and, of a rule, where it is explained: a line each."""
        where = ", ".join(part for part in (self.product, self.item, self.field and f"`{self.field}`") if part)
        at = f" ({self.line})" if self.line else ""
        value = "" if self.value is MISSING else f" {self.value!r}"
        rule = f"\n      Rule: {self.rule} (docs/rules.md)" if self.rule else ""
        return f"{where}{at}:{value} {self.why}\n      Write instead: {self.instead}{rule}"


class InvalidDeclarationError(ValueError):
    """One or more problems; its text names each of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def report(problems: Iterable[Problem]) -> str:
    """The text a person sees: how many, then each, in the order in which they were found."""
    unique = list(dict.fromkeys(str(problem) for problem in problems))
    count = "1 problem" if len(unique) == 1 else f"{len(unique)} problems"
    return "\n".join([f"{count} found, nothing was declared:", *(f"  {text}" for text in unique)])


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, else the whole list of them."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return near[0] if near else f"one of {', '.join(names)}" if names else "nothing: none is declared"


_collecting: ContextVar[list[Problem] | None] = ContextVar("collecting", default=None)


@contextmanager
def collecting() -> Iterator[list[Problem]]:
    """Within it, a word that can't be built is recorded and replaced, so that the rest of the file is still read."""
    problems: list[Problem] = []
    token = _collecting.set(problems)
    try:
        yield problems
    finally:
        _collecting.reset(token)


def collected() -> list[Problem] | None:
    """The list that problems go to at the moment; None when they are to be raised."""
    return _collecting.get()
