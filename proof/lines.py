"""Fields of the log lines that a story makes."""

from __future__ import annotations

from components.vocabulary.log_signals import comparison


def field_value(value: str) -> str | float:
    """One that a field may have: text in place of `*`, a number beyond a limit."""
    limit = comparison(value)
    if limit:
        sign, number = limit
        return float(number) + {">": 1, ">=": 0, "<": -1, "<=": 0}[sign]
    return value.replace("*", "anything")
