"""One command on Pulumi's own engine, through the Automation API, with the stand-ins attached."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import pulumi
from pulumi.automation import ConfigValue, LocalWorkspace, Stack

from sandbox.command import EngineCommand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.engine import Engine
    from sandbox.project import Project

PASSPHRASE = "sandbox"  # noqa: S105 - it protects stand-in values in a directory that is thrown away

# Whatever real credentials the user's shell holds, a program that runs in the sandbox must not see them.
CREDENTIALS = (
    "DATADOG_API_KEY",
    "DATADOG_APP_KEY",
    "DD_API_KEY",
    "DD_APP_KEY",
    "GRAFANA_AUTH",
    "GRAFANA_SM_ACCESS_TOKEN",
    "GRAFANA_CLOUD_ACCESS_POLICY_TOKEN",
    "SENTRY_AUTH_TOKEN",
    "SENTRY_TOKEN",
)


class SandboxWorkspace(LocalWorkspace):
    """A workspace whose stack needn't be selected first: every command names it, which saves a start of the engine."""

    def select_stack(self, stack_name: str) -> None:
        """Do nothing."""


class Session:
    """A stack of a project on the engine."""

    def __init__(self, project: Project, engine: Engine, ports: Mapping[str, int]) -> None:
        self.project = project
        self.command = EngineCommand(engine)
        self.refusal: str | None = None
        workspace = SandboxWorkspace(
            work_dir=str(project.work),
            pulumi_home=str(project.data / "home"),
            program=self._program,
            env_vars=_environment(project, ports),
            secrets_provider="passphrase",
            pulumi_command=self.command,
        )
        (project.data / "state").mkdir(parents=True, exist_ok=True)
        with project.prepared() as secrets:
            choose = Stack.select if project.state.is_file() else Stack.create
            self.stack = choose(project.stack, workspace)
            if secrets:
                self.stack.set_all_config({key: ConfigValue(value, secret=True) for key, value in secrets.items()})

    def preview(self) -> None:
        """Show what `up` would do."""
        self.stack.preview(on_output=_out, on_error=_err, color=_color())

    def up(self) -> None:
        """Make what exists what is declared."""
        self.stack.up(on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def refresh(self) -> None:
        """Compare the state with what exists at the vendors, and take note of the difference."""
        self.stack.refresh(on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def destroy(self) -> None:
        """Delete everything the stack declares."""
        self.stack.destroy(on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def export(self) -> None:
        """Print the state as Pulumi exports it, with secrets encrypted; the Automation API's own shows them."""
        workspace = self.stack.workspace
        self.command.run(
            ["stack", "export", "--stack", self.project.stack],
            workspace.work_dir,
            {**workspace.env_vars, "PULUMI_HOME": str(workspace.pulumi_home)},
            on_output=_out,
            on_error=_err,
        )

    def _program(self) -> None:
        try:
            self.project.run()
        except pulumi.RunError as refusal:
            self.refusal = str(refusal)
            raise


def _environment(project: Project, ports: Mapping[str, int]) -> dict[str, str]:
    for name in CREDENTIALS:
        os.environ[name] = f"sandbox-secret-{name.lower().replace('_', '-')}"
    os.environ.pop("PULUMI_ACCESS_TOKEN", None)
    passphrase = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    if os.environ.keys() & {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}:
        passphrase = {}
    return {
        "PULUMI_BACKEND_URL": (project.data / "state").as_uri(),
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{port}" for package, port in ports.items()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        **passphrase,
    }


def _color() -> str:
    return "always" if sys.stdout.isatty() else "never"


def _out(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)


def _err(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(line, file=sys.stderr, flush=True)
