"""Saying a word in a vendor's language. What can't be said raises, with why and what to write instead.

Nothing is declared by a translation. So refusing is the same translation run dry: there is no second list of what a
vendor supports, and what one accepts the other can say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from components.problems import InvalidDeclarationError, Problem

T = TypeVar("T")
S = TypeVar("S")


def refusal(problem: Problem) -> InvalidDeclarationError:
    """The error to raise for what makes a translation impossible."""
    return InvalidDeclarationError([problem])


def require(*found: Iterable[Problem]) -> None:
    """Go on where nothing is wrong. Raises InvalidDeclarationError with everything that is."""
    problems = [problem for each in found for problem in each]
    if problems:
        raise InvalidDeclarationError(problems)


def every(translate: Callable[[T], S], words: Iterable[T]) -> list[S]:
    """Each word translated. Raises InvalidDeclarationError with what can't be said of all of them."""
    made: list[S] = []
    problems: list[Problem] = []
    for word in words:
        try:
            made.append(translate(word))
        except InvalidDeclarationError as error:
            problems += error.problems
    require(problems)
    return made


def refusals(item: str, *translations: Callable[[], object]) -> Iterator[Problem]:
    """What these translations of one word can't say, each problem once."""
    told: set[str] = set()
    for translate in translations:
        try:
            translate()
        except InvalidDeclarationError as error:
            for problem in error.problems:
                problem.item = problem.item or item
                if str(problem) not in told:
                    told.add(str(problem))
                    yield problem
