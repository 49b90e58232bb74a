"""Pulumi's locks on a stack's state: who holds one, whether they still run, and taking a dead one away."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.project import Project


@dataclass(frozen=True)
class Lock:
    """One lock file as Pulumi's file backend writes it."""

    path: Path
    pid: int
    holder: str
    host: str
    since: str

    @property
    def stale(self) -> bool:
        """Whether the process that made it is gone; a lock of another machine is never taken for stale."""
        return self.here and not _is_engine(self.pid)

    @property
    def here(self) -> bool:
        """Whether it was made on this machine."""
        return self.host == socket.gethostname()

    def __str__(self) -> str:
        return f"{self.holder} on {self.host}, process {self.pid}, since {self.since}"


def locks_on(project: Project) -> list[Lock]:
    """Return the locks on the project's stack."""
    directory = project.data / "state" / ".pulumi" / "locks" / "organization" / project.name / project.stack
    # Whatever is in there counts for the engine, also the half of a lock that a killed run was about to write.
    return [_read(path) for path in sorted(directory.glob("*"))]


def require_unlocked(project: Project) -> None:
    """Go on only if nobody else changes the stack.

    Raises:
        SandboxError: Somebody does, or a run that was killed left its lock.

    """
    for lock in locks_on(project):
        if lock.stale:
            raise SandboxError(
                f"The stack {project.stack} is locked by a run that no longer exists ({lock}): it was killed before it "
                "could release its lock, so the lock is stale. Nothing was changed. Remove it with "
                f"`make unlock STACK={project.stack}`, then run this again: it resumes the interrupted run."
            )
        raise SandboxError(
            f"Another run holds the lock on the stack {project.stack} ({lock}). Two runs at once would overwrite each "
            "other's state, so nothing was changed. Wait for it to end, then run this again."
            + ("" if lock.here else f" If no such run exists on {lock.host}: `make unlock STACK={project.stack}`.")
        )


@contextlib.contextmanager
def alone(project: Project) -> Iterator[int]:
    """Be the only run that changes the stack, from before the engine takes its own lock to after it has released it.

    Yields a file that holds the lock as long as any process has it open: the engine gets it, so that it isn't
    overtaken if this process is killed.

    Raises:
        SandboxError: Another run does.

    """
    require_unlocked(project)
    with (project.data / f"{project.stack}.run").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            require_unlocked(project)
            raise SandboxError(
                f"Another run is using the stack {project.stack}. Two runs at once would overwrite each other's "
                "state, so nothing was changed. Wait for it to end, then run this again."
            ) from None
        yield file.fileno()


def unlock(project: Project) -> str:
    """Remove the locks whose process is gone; return what was done.

    Raises:
        SandboxError: A lock's process still runs.

    """
    locks = locks_on(project)
    for lock in locks:
        if lock.here and not lock.stale:
            raise SandboxError(
                f"The run that holds the lock on the stack {project.stack} still runs ({lock}); unlocking would let "
                f"two runs overwrite each other's state. Wait for it, or interrupt it with `kill -INT {lock.pid}`."
            )
    for lock in locks:
        lock.path.unlink(missing_ok=True)
    removed = "; ".join(str(lock) for lock in locks)
    return f"removed the lock of a dead run: {removed}" if locks else f"the stack {project.stack} is not locked"


def _read(path: Path) -> Lock:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Lock(path, int(content["pid"]), content["username"], content["hostname"], content["timestamp"][:19])
    except (OSError, ValueError, KeyError, TypeError):
        # A lock that says nothing was cut off while it was written: its run is as dead as one that can't be found.
        return Lock(path, 0, "an unknown user", socket.gethostname(), "an unknown time")


def _is_engine(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # Process numbers are used again: only a Pulumi engine can be the one that made the lock. One that was killed stays
    # listed, as a zombie, until its parent has taken note.
    command = ["ps", "-p", str(pid), "-o", "stat=,comm="]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return "pulumi" in listed.stdout and not listed.stdout.startswith("Z")
