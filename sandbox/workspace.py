"""Where the engine works: what it is told, where it keeps its state, and what it must not keep."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pulumi.automation import LocalWorkspace, OutputMap, Stack, UpdateSummary

from sandbox.vendors.access import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox.project import Project


class SandboxWorkspace(LocalWorkspace):
    """A workspace that leaves out what would start the engine once more for nothing."""

    def select_stack(self, stack_name: str) -> None:
        """Do nothing: every command names its stack."""

    def stack_outputs(self, stack_name: str) -> OutputMap:  # noqa: ARG002
        """Return none: the engine has printed them, and would have to decrypt the secret ones for this."""
        return {}


class SandboxStack(Stack):
    """A stack that doesn't ask, after each command, for what the engine has just printed."""

    def info(self, show_secrets: bool = True) -> UpdateSummary:  # noqa: ARG002
        """Return a summary of nothing: it takes a start of the engine, and nobody reads it."""
        return UpdateSummary("", datetime.now(UTC), "", {}, {}, "")


def environment(
    project: Project, ports: Mapping[str, int], token: str, passphrase: Mapping[str, str]
) -> dict[str, str]:
    """Return what the engine needs to know, beside what any program may."""
    return {
        # Without a file of attributes beside each: gocloud.dev/blob/fileblob writes that in place. An engine that is
        # killed then leaves half of it, with which no engine reads the state any more ("failed to load checkpoint").
        "PULUMI_BACKEND_URL": f"{(project.data / 'state').as_uri()}?metadata=skip",
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{port}" for package, port in ports.items()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Every provider is attached; the engine would look for a real one all the same, seconds long without network.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # The state is written once, at the end; sandbox/unfinished.py makes up for it.
        "PULUMI_EXPERIMENTAL": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
        # Seconds is all it lives: memory that it would free in between costs a tenth of its time.
        "GOGC": "400",
        TOKEN: token,
        **passphrase,
    }


def keep_no_logs(home: Path) -> None:
    """Put a file where the engine makes its directory of logs: it has no setting for this, and goes on without.

    It would note every property of every resource, at first without encryption, in a third of a preview's time.
    """
    logs = home / "logs"
    if logs.is_dir():
        shutil.rmtree(logs, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    logs.touch()
