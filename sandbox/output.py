"""Saying things when nobody can hear them: a closed, full or broken standard output never ends a run half way."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO


class Output:
    """Standard output and standard error.

    Attributes:
        lost: Why standard output didn't take what was said; a reader that has seen enough (`| head`) is no reason.

    """

    def __init__(self) -> None:
        self.lost: str | None = None

    def prepare(self) -> None:
        """Make all three standard files open, and able to take any text in any locale."""
        for number in range(3):
            with contextlib.suppress(OSError):
                os.fstat(number)
                continue
            # The next file to be opened would become standard output, and be written to.
            os.open(os.devnull, os.O_RDWR)
        if sys.stdout is None:
            self.lost = "it is closed"
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is None:
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for good
            elif hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    def out(self, line: str) -> None:
        """Say a line on standard output."""
        problem = _print(line, sys.stdout)
        if problem and not isinstance(problem, BrokenPipeError):
            self.lost = problem.strerror or str(problem)

    def err(self, line: str) -> None:
        """Say a line on standard error."""
        _print(line, sys.stderr)


def _print(line: str, stream: TextIO) -> OSError | None:
    try:
        print(line, file=stream, flush=True)
    except OSError as problem:
        # The engine still has to be heard out, and Python would fail again when it ends.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return problem
    return None


OUTPUT = Output()
