"""Start the stand-ins in a process of their own, and end them."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.environment import harmless
from sandbox.errors import SandboxError
from sandbox.output import OUTPUT
from sandbox.vendors.access import TOKEN
from sandbox.vendors.faults import SpecError, parse
from sandbox.vendors.store import DATABASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

ROOT = Path(__file__).resolve().parent.parent

UNUSABLE = {
    "damaged": "is damaged ({said}). It holds what exists at the stand-ins for the vendors; nothing was changed. Put "
    "back a copy of it, or delete the directory {data} to start over with nothing applied.",
    "full": "can't be written to: the disk is full ({said}). Its data is intact, and nothing was changed. Free "
    "some space and run this again.",
    "locked": "is locked by another program ({said}). Its data is intact, and nothing was changed. End the program "
    "that has it open (`fuser {file}` names it) and run this again.",
    "read-only": "can't be opened for writing ({said}). Its data wasn't touched. Give yourself the right to write "
    "to it and to {data}, then run this again.",
    "unreadable": "can't be read or written ({said}); that is the disk's or the file system's fault. Nothing was "
    "changed. Check the system's log, then run this again.",
}


class StandIns:
    """The three stand-ins, from `with` to its end; they also end when this process is killed.

    Attributes:
        token: What a process needs in its environment for the stand-ins to answer it.

    Args:
        data: Directory that holds `vendors.db`: what exists at the vendors.
        names: What each vendor's account is called; a program may ask.
        go_on: Refuse bad inputs when they are applied, one by one, so that the rest is done.

    Raises:
        SandboxError: SANDBOX_FAULTS or SANDBOX_LATENCY can't be read.

    """

    def __init__(self, data: Path, names: Mapping[str, str] | None = None, *, go_on: bool = False) -> None:
        self.data = data
        self.token = secrets.token_hex(16)
        try:
            parse(os.environ.get("SANDBOX_FAULTS", ""))
        except SpecError as problem:
            raise SandboxError(f"SANDBOX_FAULTS: {problem}. Nothing was changed.") from problem
        # A separate process keeps the engine's program and the vendors from waiting for one interpreter; a session of
        # its own keeps Ctrl-C away from it.
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sandbox.vendors", "--data", str(data)),
                *("--latency", str(_latency()), "--names", json.dumps(names or {})),
                *["--go-on"] * go_on,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={
                **harmless(os.environ),
                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
                TOKEN: self.token,
            },
            start_new_session=True,
        )

    def ports(self) -> dict[str, int]:
        """Wait until they serve; return the port by package name.

        Raises:
            SandboxError: What exists at the vendors can't be used, or they ended before they served.

        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            code = self._process.wait()
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            raise SandboxError(
                f"The stand-ins for the vendors ended {how} before they were ready. Nothing was changed, and the data "
                f"in {self.data} weren't touched. Run this again; if it was signal 9, look whether memory ran out."
            )
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            file = self.data / DATABASE
            said = UNUSABLE[answer["kind"]].format(said=answer["error"], data=self.data, file=file)
            raise SandboxError(f"{file} {said}")
        ports: dict[str, int] = answer["ports"]
        return ports

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _problem: BaseException | None, _trace: TracebackType | None
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
        last = self._process.stdout.read()
        self._process.stdout.close()
        # Where the run was refused, no fault had its chance.
        if kind is None and last.endswith("\n"):
            for rule in json.loads(last.splitlines()[-1]).get("idle", ()):
                OUTPUT.err(f"warning: the fault {rule} was never injected: no call of this run met all its conditions.")


def _latency() -> float:
    text = os.environ.get("SANDBOX_LATENCY", "0")
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SandboxError(f"SANDBOX_LATENCY={text} isn't a number of seconds, such as 0.5. Nothing was changed.")
    return seconds
