"""Two values side by side: what they have in common is left out when they are long."""

from __future__ import annotations

CONTEXT = 20
NONE = "none"


def pair(before: str | None, after: str | None, width: int) -> tuple[str, str]:
    """Both on one line, each at most `width` long, with the part that differs in sight."""
    one, other = (_line(NONE if side is None else side) for side in (before, after))
    if len(one) <= width and len(other) <= width:
        return one, other
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    return _window(one, start, len(one) - end, width), _window(other, start, len(other) - end, width)


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _line(text: str) -> str:
    return " ".join(text.split()) or '""'


def _window(text: str, start: int, end: int, width: int) -> str:
    first = max(0, min(start - CONTEXT, len(text) - 1))
    last = min(len(text), max(end + CONTEXT, first + 1), first + width)
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
