"""Get an engine that isn't on this machine yet: by Pulumi's installer or with Go, with progress, one at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PACKAGE = "github.com/pulumi/pulumi/pkg/v3"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
INSTALLER_SECONDS = 300.0
TERMINAL_SECONDS = 5.0
# In a log, a line every few seconds is a nuisance.
QUIET_SECONDS = 30.0

# The installer's script is fetched without a time limit of its own; where packets are dropped it would wait for ever.
INSTALL = (
    "import socket, sys; socket.setdefaulttimeout(10)\n"
    "from pulumi.automation import PulumiCommand\n"
    "from semver import VersionInfo\n"
    "try: PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))\n"
    "except Exception as problem: sys.exit(f'{type(problem).__name__}: {problem}')\n"
)


class BuildError(SandboxError):
    """One way to get the engine doesn't work here."""


@contextlib.contextmanager
def exclusively(cache: Path, say: Callable[[str], None], what: str = "engine") -> Iterator[None]:
    """Hold the cache's lock, so that two runs don't build the same thing twice; says so when it has to wait."""
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"{what}: another run is installing the {what}; waiting for it to finish.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # Whoever left these was killed: this run holds the lock, so nobody is still working in them.
        for left_over in cache.glob(".new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        yield


def install_with_pulumi(root: Path, tools: Path, say: Callable[[str], None]) -> None:
    """Run Pulumi's own installer into `root`, for the version that `tools/go.mod` names.

    Fails within seconds where the installer can't be reached.

    Raises:
        BuildError: The installer can't be reached, or failed.

    """
    say("engine: none found; trying Pulumi's installer.")
    command = [sys.executable, "-c", INSTALL, str(root), wanted_version(tools).removeprefix("v")]
    code, last = watched(command, "installing the engine", say, limit=INSTALLER_SECONDS)
    if code:
        raise BuildError(f"Pulumi's installer can't be used here: {last or f'exit code {code}'}")


def build_with_go(root: Path, tools: Path, say: Callable[[str], None]) -> None:
    """Build the engine that `tools/go.mod` names into `root`: minutes the first time, seconds with a warm cache.

    Raises:
        BuildError: There is no Go, or the build failed.

    """
    go = shutil.which("go")
    if not go:
        raise BuildError("there is no `go` on PATH")
    version = wanted_version(tools)
    say(f"engine: building Pulumi {version} with {go}; this takes some minutes the first time.")
    (root / "bin").mkdir(parents=True)
    command = [go, "build", "-v", "-mod=readonly", "-o", str(root / "bin" / "pulumi")]
    command += ["-ldflags", f"-X {VERSION_VARIABLE}={version}", f"{PACKAGE}/cmd/pulumi"]
    code, last = watched(command, "building the engine", say, cwd=tools)
    if code:
        raise BuildError(f"`go build` failed: {last or f'exit code {code}'}")


def wanted_version(tools: Path) -> str:
    """Read the engine's version from go.mod, the one place it is written."""
    try:
        text = (tools / "go.mod").read_text()
    except OSError as problem:
        raise BuildError(f"{tools / 'go.mod'} can't be read: {problem.strerror}") from problem
    match = re.search(rf"^\s*(?:require\s+)?{re.escape(PACKAGE)}\s+(v\S+)", text, re.MULTILINE)
    if not match:
        raise BuildError(f"{tools / 'go.mod'} doesn't name a version of {PACKAGE}")
    return match.group(1)


def watched(
    command: list[str],
    doing: str,
    say: Callable[[str], None],
    *,
    cwd: Path | None = None,
    limit: float | None = None,
    what: str = "engine",
) -> tuple[int, str]:
    """Run a command, say every few seconds how long it has run and what it said last; return its code and last line."""
    every = TERMINAL_SECONDS if sys.stderr.isatty() else QUIET_SECONDS
    started = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        stream = process.stdout
        assert stream is not None
        reader = threading.Thread(target=lambda: lines.extend(line.strip() for line in stream), daemon=True)
        reader.start()
        try:
            while process.poll() is None:
                _sleep(process, min(every, limit or every))
                elapsed = time.monotonic() - started
                if process.poll() is None:
                    say(f"{what}: {doing}, {_clock(elapsed)}: {_progress(lines)}")
                if limit and elapsed > limit and process.poll() is None:
                    lines.append(f"no end after {_clock(elapsed)}")
                    _stop(process)
                    break
        except BaseException:
            _stop(process)
            raise
        code = process.wait()
        reader.join(timeout=5)
    return code, next((line for line in reversed(lines) if line), "")


def _sleep(process: subprocess.Popen[str], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)


def _stop(process: subprocess.Popen[str]) -> None:
    """End the whole process group: `go build` has compilers as children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def _progress(lines: list[str]) -> str:
    if not lines:
        return "nothing said yet"
    downloaded = sum(line.startswith("go: downloading") for line in lines)
    compiled = sum(bool(re.fullmatch(r"[\w.~/-]+", line)) for line in lines)
    counts = f"{downloaded} modules fetched, {compiled} packages compiled, " if downloaded or compiled else ""
    return f"{counts}last: {lines[-1].removeprefix('go: ')}"
