"""Start the stand-ins in a process of their own, and end them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.errors import SandboxError
from sandbox.vendors.store import DATABASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

ROOT = Path(__file__).resolve().parent.parent


class StandIns:
    """The three stand-ins, from `with` to its end; they also end when this process is killed.

    Args:
        data: Directory that holds `vendors.db`: what exists at the vendors.
        latency: Seconds every change takes, as at a real API.
        names: What each vendor's account is called; a program may ask.

    """

    def __init__(self, data: Path, latency: float = 0, names: Mapping[str, str] | None = None) -> None:
        self.data = data
        # A separate process keeps the engine's program and the vendors from waiting for one interpreter; a session of
        # its own keeps Ctrl-C away from it.
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sandbox.vendors", "--data", str(data)),
                *("--latency", str(latency), "--names", json.dumps(names or {})),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
            start_new_session=True,
        )

    def ports(self) -> dict[str, int]:
        """Wait until they serve; return the port by package name.

        Raises:
            SandboxError: What exists at the vendors can't be read.

        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        nothing = {"error": "the stand-ins ended before they were ready"}
        answer: dict[str, Any] = json.loads(line) if line.strip() else nothing
        if "error" in answer:
            raise SandboxError(
                f"{self.data / DATABASE} is damaged ({answer['error']}). It holds what exists at the stand-ins for the "
                "vendors; nothing was changed. Put back a copy of it, or delete the directory "
                f"{self.data} to start afresh with nothing applied."
            )
        ports: dict[str, int] = answer["ports"]
        return ports

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
