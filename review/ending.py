"""How a command ends: with its exit code, and without a traceback for Ctrl-C or a reader that has seen enough."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

INTERRUPTED = 130


def ended(main: Callable[[], int | None]) -> NoReturn:
    """Run a command, and end this process as it ends: 130 after Ctrl-C, 1 where nobody has read to the end."""
    try:
        code = main() or 0
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        # Python would flush once more, to a reader that is gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
