"""The shapes of the vendors' identifiers, made from 64 hexadecimal digits."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.vendors.values import Inputs

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def numeric(token: str, _inputs: Inputs) -> str:
    """Nine digits, as a Datadog monitor has."""
    return str(100_000_000 + int(token, 16) % 900_000_000)


def short_number(token: str, _inputs: Inputs) -> str:
    """Six digits, as a synthetic check or a Sentry detector has."""
    return str(100_000 + int(token, 16) % 900_000)


def uuid4(token: str, _inputs: Inputs) -> str:
    """Return a random UUID's shape."""
    return str(uuid.UUID(token[:32], version=4))


def hex32(token: str, _inputs: Inputs) -> str:
    """32 hexadecimal digits, as a Datadog SLO or a Sentry key has."""
    return token[:32]


def three_words(token: str, _inputs: Inputs) -> str:
    """Three groups of three, as a Datadog dashboard has: abc-def-ghi."""
    number, text = int(token, 16), ""
    for _ in range(9):
        number, index = divmod(number, len(LETTERS))
        text += LETTERS[index]
    return f"{text[:3]}-{text[3:6]}-{text[6:]}"
