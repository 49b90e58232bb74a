"""Where the parts of a dashboard stand on its grid: left to right, a new row where one doesn't fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Place(NamedTuple):
    """In columns and rows of the vendor's grid, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


def placed(parts: Iterable[tuple[T, tuple[int, int]]], columns: int) -> Iterator[tuple[T, Place]]:
    """Each part with its place, of parts with their widths and heights."""
    x = y = tallest = 0
    for part, (width, height) in parts:
        if x + width > columns:
            x, y, tallest = 0, y + tallest, 0
        yield part, Place(x, y, width, height)
        x, tallest = x + width, max(tallest, height)
