"""When an alert fires and is over, compared and said."""

from __future__ import annotations

from collections.abc import Sequence

from proof.truth import MINUTE

LATER = 23  # seconds after the minute at which Datadog's monitors are evaluated here


def agrees(
    wanted: Sequence[tuple[int, int | None]], got: Sequence[tuple[int, int | None]], slack: int, early: int = MINUTE
) -> bool:
    """Whether as many times, each neither earlier nor later than that allows."""
    if len(wanted) != len(got):
        return False
    pairs = [(one, other) for times in zip(wanted, got, strict=True) for one, other in zip(*times, strict=True)]
    return all(
        (one is None and other is None) or (one is not None and other is not None and -early <= other - one <= slack)
        for one, other in pairs
    )


def spoken(times: Sequence[tuple[int, int | None]]) -> str:
    """`fires at minute 25, over at minute 40`."""
    if not times:
        return "silent"
    return "; ".join(
        f"fires at {minute(begin)}, {'still firing at the end' if end is None else f'over at {minute(end)}'}"
        for begin, end in times
    )


def minute(at: int) -> str:
    """A time of the story."""
    return f"minute {at / MINUTE:.0f}"
