"""The state that the engine keeps: whether it can be read, and what a killed run left half done in it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import SandboxError
from sandbox.vendors.store import DATABASE

if TYPE_CHECKING:
    from sandbox.project import Project


@dataclass(frozen=True)
class Pending:
    """A resource whose creation was under way when its run was killed."""

    urn: str
    identity: str | None
    """Its id, if it came into being at the vendor all the same."""

    def __str__(self) -> str:
        name = self.urn.split("::", 2)[2]
        if self.identity:
            return f"{name} exists at the vendor (id {self.identity}), so it is taken over"
        return f"{name} doesn't exist at the vendor, so it is created anew"


def require_readable(project: Project) -> None:
    """Look at the state before the engine does: it would stop with a parser's message, or worse, go on.

    Raises:
        SandboxError: It is damaged.

    """
    _latest(project)


def resources(project: Project) -> list[dict[str, Any]]:
    """Return the resources in the state."""
    return _latest(project).get("resources") or []


def has_protected(project: Project) -> bool:
    """Whether something in the state refuses to be deleted."""
    return any(resource.get("protect") for resource in resources(project))


def interrupted_creations(project: Project) -> list[Pending]:
    """Return what a killed run left half created, each with what became of it at the vendor."""
    latest = _latest(project)
    known = {resource["urn"] for resource in latest.get("resources") or []}
    urns = [
        operation["resource"]["urn"]
        for operation in latest.get("pending_operations") or []
        if operation.get("type") == "creating" and operation["resource"]["urn"] not in known
    ]
    if not urns:
        return []
    database = sqlite3.connect(project.data / DATABASE)
    try:
        ids = dict(database.execute("SELECT urn, id FROM resources").fetchall())
    finally:
        database.close()
    return [Pending(urn, ids.get(urn)) for urn in sorted(set(urns))]


def has_pending_operations(project: Project) -> bool:
    """Whether a killed run left anything half done."""
    return bool(_latest(project).get("pending_operations"))


def settled(exported: dict[str, Any], pending: list[Pending]) -> dict[str, Any]:
    """Return an exported state in which nothing is pending: what exists at the vendor is a resource like any other."""
    deployment = dict(exported["deployment"])
    operations = {one["resource"]["urn"]: one["resource"] for one in deployment.pop("pending_operations", [])}
    taken_over = [
        # Its outputs are read from the vendor afterwards.
        {**operations[one.urn], "id": one.identity, "outputs": operations[one.urn].get("inputs", {})}
        for one in pending
        if one.identity
    ]
    return {**exported, "deployment": {**deployment, "resources": [*deployment.get("resources", []), *taken_over]}}


def _latest(project: Project) -> dict[str, Any]:
    try:
        text = project.state.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise _damaged(project, str(problem)) from problem
    try:
        latest = json.loads(text)["checkpoint"].get("latest") or {}
        for resource in latest.get("resources") or []:
            resource["urn"]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise _damaged(project, f"{type(problem).__name__}: {problem}") from problem
    return dict(latest)


def _damaged(project: Project, problem: str) -> SandboxError:
    backup = project.state.with_name(f"{project.state.name}.bak")
    restore = f"Pulumi's copy from before the last change is {backup}: put it back, " if backup.is_file() else ""
    return SandboxError(
        f"{project.state} is damaged ({problem}). It is the state of the stack {project.stack}: what Pulumi knows it "
        f"has created. Nothing was changed. {restore}{'or ' if restore else ''}delete {project.data} to start "
        "afresh with nothing applied."
    )
