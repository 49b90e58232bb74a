"""What can't be played, and how a command says so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi

from components.problems import InvalidDeclarationError, report
from sandbox.errors import SandboxError


class UnplayableError(Exception):
    """A rule uses something that isn't played: whoever adds that has to teach it here, or the proof would lie."""


@contextmanager
def in_words() -> Iterator[None]:
    """Ends the process with 1 and the reason, not a traceback, where the program is refused or can't be played."""
    try:
        yield
    except InvalidDeclarationError as error:
        sys.exit(report(error.problems))
    except (pulumi.RunError, SandboxError, UnplayableError) as error:
        sys.exit(str(error))
