"""What the vocabulary says when it refuses something, as one line per problem."""

import re
from collections.abc import Callable, Iterable

import pytest

from components.problems import InvalidDeclarationError, Problem

LINE = re.compile(r" \(\w+\.py:\d+\)")


def said(problems: Iterable[Problem]) -> list[str]:
    """Each problem as `where: what -> what to write`, without the line of the file."""
    return [LINE.sub("", str(problem), count=1).replace("\n      Write instead: ", " -> ") for problem in problems]


def refused(build: Callable[[], object]) -> list[str]:
    """Everything that is said about a declaration that can't be built."""
    with pytest.raises(InvalidDeclarationError) as caught:
        build()
    return said(caught.value.problems)
