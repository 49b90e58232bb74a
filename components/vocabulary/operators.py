"""Python's operators between words: what they would silently make of them, and what to write instead."""

from __future__ import annotations

from typing import Any, ClassVar

from components.problems import Problem
from components.vocabulary.words import Word, refuse


class Unjoined(Word):
    """A word that Python's operators mean nothing to. `and` and `or` would keep one side, `not` would make it False."""

    INSTEAD: ClassVar[str] = ""  # what to write instead of an operator

    def _refused(self, sign: str, why: str) -> Any:
        shown: str = getattr(self, "describe", lambda: getattr(self, "name", ""))()
        return refuse(Problem(sign, shown, why, self.INSTEAD))

    def __bool__(self) -> bool:
        self._refused("and, or, not, if", "is neither true nor false: Python would drop part of it.")
        return True

    def _compared(self, _other: object) -> Any:
        return self._refused("<, >", "can't be compared in Python, which knows no window or recovery.")

    def _computed(self, _other: object) -> Any:
        return self._refused("&, |, +, -, *, /", "isn't computed by Python but by the vendors.")

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __and__ = __or__ = __add__ = __sub__ = __mul__ = __truediv__ = _computed
    __rand__ = __ror__ = __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _computed
