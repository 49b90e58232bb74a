"""Find Pulumi's engine: the CLI on PATH, one had before, Pulumi's own installer, or built from its Go module."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.engine_build import BuildError, build_with_go, exclusively, install_with_pulumi, wanted_version
from sandbox.environment import harmless
from sandbox.output import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Callable

Version = tuple[int, int, int]

# The Automation API's event log over gRPC and parameterized providers as used here both work from this version on.
OLDEST: Version = (3, 200, 0)
ANSWERED = "answered"  # a file with the size that a cached engine had when it answered
TOOLS = Path(__file__).resolve().parent.parent / "tools"


@dataclass(frozen=True)
class Engine:
    """A Pulumi CLI that answered `pulumi version`: where it is, what it is, how it was had."""

    command: Path
    version: Version
    source: str

    def __str__(self) -> str:
        return f"Pulumi {dotted(self.version)} ({self.source}: {self.command})"


def dotted(version: Version) -> str:
    """Write a version the way Pulumi does, without the leading v."""
    return ".".join(map(str, version))


def cache_directory() -> Path:
    """Where engines are kept between runs: the user's cache directory, never the repository."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "monitoring-as-code"


def find_engine(say: Callable[[str], None] = OUTPUT.err, *, tools: Path = TOOLS) -> Engine:
    """Find the engine, or get it.

    Args:
        say: Receives one line per thing worth knowing: a CLI that is too old, progress of a build.
        tools: Directory whose go.mod names the engine as a Go tool.

    Raises:
        SandboxError: There is no engine and no way to get one; the message names all three ways.

    """
    cache = cache_directory()
    found = _on_path(say) or _cached(cache, tools)
    if found:
        return found
    cache.mkdir(parents=True, exist_ok=True)
    with exclusively(cache, say):
        try:
            # Another run may have finished the same build while this one waited for the lock.
            return _cached(cache, tools) or _obtained(cache, tools, say)
        except BuildError:
            found = _newest(cache)
            if not found:
                raise
            say(f"engine: {wanted_version(tools)} isn't available; using the newest version installed before.")
            return found


def version_of(command: str | Path) -> Version | None:
    """Ask a Pulumi CLI for its version; None when it isn't one, or doesn't answer."""
    env = {**harmless(os.environ), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run([command, "version"], env=env, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout.strip())
    if answer.returncode or not match:
        return None
    major, minor, patch = map(int, match.groups())
    return major, minor, patch


def _on_path(say: Callable[[str], None]) -> Engine | None:
    command = shutil.which("pulumi")
    if not command:
        return None
    version = version_of(command)
    if version and version >= OLDEST:
        return Engine(Path(command), version, "on PATH")
    what = f"is {dotted(version)}, too old" if version else "doesn't answer `pulumi version`"
    say(f"engine: {command} {what}; {dotted(OLDEST)} or newer is needed, so a different one is used.")
    return None


def _cached(cache: Path, tools: Path) -> Engine | None:
    """The release that go.mod names: another one, had before, would stay in use for ever.

    It is asked for its version once, as that takes a third of a second; again where its size isn't what it was then.
    """
    kept = cache / f"pulumi-{wanted_version(tools).removeprefix('v')}"
    command, answered = kept / "bin" / "pulumi", kept / ANSWERED
    if not os.access(command, os.X_OK):
        return None
    size = str(command.stat().st_size)
    if not (answered.is_file() and answered.read_text(errors="replace") == size):
        if not version_of(command):
            return None
        with contextlib.suppress(OSError):  # a cache that is only read: it is asked each time
            answered.write_text(size)
    major, minor, patch, *_ = _version_in_name(command)
    return Engine(command, (major, minor, patch), "had before")


def _newest(cache: Path) -> Engine | None:
    for command in sorted(cache.glob("pulumi-*/bin/pulumi"), key=_version_in_name, reverse=True):
        version = version_of(command)
        if version and version >= OLDEST:
            return Engine(command, version, "had before")
    return None


def _version_in_name(command: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", command.parent.parent.name)]


def _obtained(cache: Path, tools: Path, say: Callable[[str], None]) -> Engine:
    ways: tuple[tuple[str, Callable[[Path], None]], ...] = (
        ("installed by Pulumi's installer", lambda root: install_with_pulumi(root, tools, say)),
        ("built with Go from tools/go.mod", lambda root: build_with_go(root, tools, say)),
    )
    problems = []
    for source, obtain in ways:
        work = cache / f".new-{os.getpid()}"
        try:
            obtain(work)
            version = _proven(work / "bin" / "pulumi")
            kept = cache / f"pulumi-{dotted(version)}"
            shutil.rmtree(kept, ignore_errors=True)
            # The rename is the moment the engine exists: an interrupted build leaves no half of one.
            work.rename(kept)
            return Engine(kept / "bin" / "pulumi", version, source)
        except BuildError as problem:
            problems.append(str(problem))
            say(f"engine: {problem}")
        finally:
            shutil.rmtree(work, ignore_errors=True)
    raise BuildError(_no_engine(problems))


def _proven(command: Path) -> Version:
    version = version_of(command)
    if not version:
        raise BuildError("the result doesn't answer `pulumi version`")
    return version


def _no_engine(problems: list[str]) -> str:
    installer, go = problems
    return (
        "There is no Pulumi engine on this machine, and none could be installed. Any one of these is enough:\n"
        f"  1. the Pulumi CLI, {dotted(OLDEST)} or newer, as `pulumi` on PATH (none is there);\n"
        f"  2. network access to Pulumi's installer ({installer});\n"
        f"  3. Go, with access to Go modules, to build it from tools/go.mod ({go})."
    )
