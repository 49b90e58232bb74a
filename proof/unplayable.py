"""What can't be played, and how a command says so."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pulumi

from components.problems import InvalidDeclarationError, report
from sandbox.errors import SandboxError


class UnplayableError(Exception):
    """A rule uses something that isn't played: whoever adds that has to teach it here, or the proof would lie."""


def all_played(name: str, unplayed: Iterable[str], own: Iterable[str] = ()) -> None:
    """Raise UnplayableError for settings that aren't played, but for `own`: options that the product file states.

    What a component sets has to be taught here. What an author asks of one vendor is played without, and named.
    """
    # The SDK's argument `evaluation_delay` is the resource's property `evaluationDelay`.
    properties = {re.sub("_([a-z])", lambda found: found[1].upper(), option) for option in own}
    if strange := sorted(set(unplayed) - properties):
        raise UnplayableError(f"{name} sets {', '.join(strange)}, which isn't played")


@contextmanager
def in_words() -> Iterator[None]:
    """Ends the process with 1 and the reason, not a traceback, where the program is refused or can't be played."""
    try:
        yield
    except InvalidDeclarationError as error:
        sys.exit(report(error.problems))
    except (pulumi.RunError, SandboxError, UnplayableError) as error:
        sys.exit(str(error))
