"""Fields of the log lines that a story makes."""

from __future__ import annotations

from collections.abc import Iterator

from components.vocabulary.log_signals import LogCount, comparison


def field_value(value: str) -> str | float:
    """One that a field may have: text in place of `*`, a number beyond a limit."""
    limit = comparison(value)
    if limit:
        sign, number = limit
        return float(number) + {">": 1, ">=": 0, "<": -1, "<=": 0}[sign]
    return value.replace("*", "anything")


def unlike(signal: LogCount) -> Iterator[dict[str, str | float]]:
    """What is to be otherwise about a line so that the signal doesn't count it: status, message or a field."""
    if signal.statuses and "*" not in signal.statuses:
        yield {"status": "debug"}
    if signal.message:
        yield {"message": "something else"}
    for key, value in signal.fields.items():
        limit = comparison(value)
        if limit:
            sign, number = limit
            yield {key: float(number) + {">": -1, ">=": -1, "<": 1, "<=": 1}[sign]}
        else:
            yield {key: "other"}
