"""Numbers as a person reads them on an axis, with the sign of their unit."""

from __future__ import annotations

import math

BYTES = ("B", "KiB", "MiB", "GiB", "TiB")
LARGE = ((1e9, "G"), (1e6, "M"), (1e4, "k"))
TIMES = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def spoken(value: float, unit: str) -> str:
    """`4.2 %`, `350 ms`, `1.5 GiB`; at most three digits that count."""
    match unit:
        case "ratio":
            return f"{_digits(value * 100)} %"
        case "percent":
            return f"{_digits(value)} %"
        case "seconds":
            return _time(value)
        case "milliseconds":
            return _time(value / 1000)
        case "per second":
            return f"{_short(value)}/s"
        case "bytes":
            power = min(int(math.log(abs(value), 1024)), len(BYTES) - 1) if abs(value) >= 1 else 0
            return f"{_digits(value / 1024**power)} {BYTES[power]}"
        case _:
            return _short(value)


def _time(seconds: float) -> str:
    if seconds == 0:
        return "0 s"
    for length, sign in TIMES:
        if abs(seconds) >= length * (1 if sign == "s" else 2):
            return f"{_digits(seconds / length)} {sign}"
    return f"{_digits(seconds * 1000)} ms"


def _short(value: float) -> str:
    for size, sign in LARGE:
        if abs(value) >= size:
            power = 1000.0 if sign == "k" else size
            return f"{_digits(value / power)}{sign}"
    return _digits(value)


def _digits(value: float) -> str:
    if abs(value) >= 99.95 or value == 0:  # noqa: PLR2004  # where a share comes close to a whole, its nines count
        return f"{value:,.2f}" if 99.95 <= abs(value) < 100 else f"{value:,.0f}"  # noqa: PLR2004
    return f"{value:.3g}"


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers between two bounds, some four of them."""
    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]
