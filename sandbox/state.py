"""The file in which the engine keeps a stack's state: read, kept safe while the engine writes it, put back."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from sandbox.errors import SandboxError
from sandbox.files import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.project import Project

Latest = dict[str, Any]


def require_readable(project: Project) -> None:
    """Look at the state before the engine does: it would stop with a parser's message, or worse, go on.

    Raises:
        SandboxError: It is damaged, or has nothing in it while a copy of it has.

    """
    if latest(project):
        return
    copies = [copy for copy in _whole_copies(project) if _parsed(copy).get("resources")]
    if copies:
        what = "is empty" if project.state.exists() else "doesn't exist"
        raise SandboxError(
            f"{project.state}, the state of the stack {project.stack}, {what}, and an intact copy from before the last "
            f"run exists ({_count(copies[0])}). Nothing was changed. Restore it with `cp {copies[0]} "
            f"{project.state}`, then run this again. Or remove the copies (`rm {' '.join(map(str, copies))}`): then "
            "`up` takes over what exists at the vendors and is declared, and deletes what isn't declared."
        )


def latest(project: Project) -> Latest:
    """Return the deployment in the state; {} when there is none yet.

    Raises:
        SandboxError: It is damaged, or can't be read.

    """
    try:
        return _parsed(project.state)
    except FileNotFoundError:
        return {}
    except IsADirectoryError as problem:
        raise _damaged(project, "it is a directory; move it away first") from problem
    except OSError as problem:
        mend = "Give yourself the right to read it" if isinstance(problem, PermissionError) else "Mend that"
        raise SandboxError(
            f"{project.state} can't be read: {problem.strerror}. Nothing was changed, and its content may well "
            f"be intact. {mend}, then run this again."
        ) from problem
    except ValueError as problem:
        raise _damaged(project, str(problem)) from problem


def resources(project: Project) -> list[dict[str, Any]]:
    """Return the resources in the state."""
    return latest(project).get("resources") or []


def made(project: Project) -> list[dict[str, Any]]:
    """Return those among them that are there for themselves: neither the stack nor a provider."""
    return [resource for resource in resources(project) if not resource.get("type", "").startswith("pulumi:")]


def of_product(export: dict[str, Any], product: str) -> dict[str, Any]:
    """Leave in an exported state only what is part of one product.

    Raises:
        SandboxError: Nothing is.

    """
    found, within = [], set()
    for resource in export["deployment"].get("resources") or []:
        if resource.get("parent") in within or resource["urn"].endswith(f"::{product}"):
            within.add(resource["urn"])
            found.append(resource)
    if not found:
        raise SandboxError(f"Product {product!r} has nothing in the state.")
    return {**export, "deployment": {**export["deployment"], "resources": found}}


def pending(project: Project) -> list[tuple[str, str, str | None]]:
    """Return URN, type and id of what the state says was being worked on."""
    worked_on = [one["resource"] for one in latest(project).get("pending_operations") or []]
    return [(resource["urn"], resource.get("type", ""), resource.get("id")) for resource in worked_on]


def forget_pending(project: Project) -> None:
    """Take what was being worked on out of the state: the engine would carry it along for ever, and warn of it."""
    if latest(project).get("pending_operations"):
        whole = json.loads(project.state.read_text(encoding="utf-8"))
        del whole["checkpoint"]["latest"]["pending_operations"]
        replace(project.state, json.dumps(whole).encode())


@contextlib.contextmanager
def kept_safe(project: Project) -> Iterator[None]:
    """Keep a copy of the state while the engine may write it, and put it back if what was written isn't a state.

    On a full disk the engine cuts the state off, and then its own backup of it. Putting back needs no space. Only for
    the run that holds the stack's lock: another one would put back what that run has left behind.

    Raises:
        SandboxError: There is no space for the copy, or what the engine wrote was damaged.

    """
    copy = _copy_of(project)
    replace(copy, project.state.read_bytes())
    try:
        yield
    finally:
        problem = _problem_with(project.state)
        if problem:
            copy.replace(project.state)
            raise SandboxError(
                f"The engine couldn't write the state of the stack {project.stack} ({problem}); most likely the disk "
                f"is full. The state from before this run was restored to {project.state}. What this run did at "
                "the vendors is recorded. Free some space and run the same command again: it resumes this run."
            )
        copy.unlink()


@contextlib.contextmanager
def made_whole(project: Project) -> Iterator[None]:
    """Let the engine write the first state, which is empty; what it couldn't write to its end is taken away."""
    try:
        yield
    finally:
        if _problem_with(project.state):
            project.state.unlink(missing_ok=True)


def _copy_of(project: Project) -> Path:
    return project.work / "state-before-this-run.json"


def _parsed(path: Path) -> Latest:
    """Read a state; ValueError says what is wrong with it."""
    try:
        checkpoint = json.loads(path.read_text(encoding="utf-8"))["checkpoint"]
        found = checkpoint.get("latest")
        if found is None:
            # Before the first run the engine writes the stack's name, and nothing else.
            checkpoint["stack"]
            found = {}
        for resource in found.get("resources") or []:
            resource["urn"]
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"{type(problem).__name__}: {problem}") from problem
    return dict(found)


def _problem_with(path: Path) -> str | None:
    try:
        _parsed(path)
    except (OSError, ValueError) as problem:
        return str(problem)
    return None


def _whole_copies(project: Project) -> list[Path]:
    copies = (_copy_of(project), project.state.with_name(f"{project.state.name}.bak"))
    return [copy for copy in copies if not _problem_with(copy)]


def _count(path: Path) -> str:
    count = len(_parsed(path).get("resources") or [])
    return f"{count} resource{'s' if count != 1 else ''}"


def _damaged(project: Project, problem: str) -> SandboxError:
    said = (
        f"{project.state} is damaged ({problem}). It is the state of the stack {project.stack}: what Pulumi knows it "
        "has created. Nothing was changed. "
    )
    whole = _whole_copies(project)
    if whole:
        since = "is looked up if that run didn't end well; otherwise it is lost"
        since = "is looked up" if whole[0] == _copy_of(project) else since
        return SandboxError(
            f"{said}An intact copy from before the last run exists ({_count(whole[0])}): restore it with "
            f"`cp {whole[0]} {project.state}`, then run this again. What the last run made {since}."
        )
    return SandboxError(
        f"{said}There is no intact copy of it. Delete {project.data} to start over with nothing applied."
    )
