"""One command on Pulumi's own engine, through the Automation API, with the stand-ins attached."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

import pulumi
from pulumi.automation import CommandError, ConfigValue, LocalWorkspace, OutputMap, Stack

from sandbox.errors import SandboxError
from sandbox.losses import Losses
from sandbox.project import MARK
from sandbox.state import has_pending_operations, has_protected, interrupted_creations, resources, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sandbox.command import EngineCommand
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
    "GRAFANA_CONNECTIONS_API_ACCESS_TOKEN",
    "SENTRY_AUTH_TOKEN",
    "SENTRY_TOKEN",
)
PROTECTED = re.compile(r"because it is protected|marked for protection")  # deleted; replaced
REFUSED = "the program refused its input; what is wrong is said below"


class SandboxWorkspace(LocalWorkspace):
    """A workspace that leaves out what would start the engine once more for nothing."""

    def select_stack(self, stack_name: str) -> None:
        """Do nothing: every command names its stack."""

    def stack_outputs(self, stack_name: str) -> OutputMap:  # noqa: ARG002
        """Return none: the engine has printed them, and would have to decrypt the secret ones for this."""
        return {}


class Session:
    """A stack of a project on the engine.

    Attributes:
        refusal: What the program said before it gave up, if it did.

    """

    def __init__(
        self, project: Project, command: EngineCommand, ports: Mapping[str, int], *, runs_program: bool = True
    ) -> None:
        self.project = project
        self.command = command
        self.refusal: str | None = None
        workspace = SandboxWorkspace(
            work_dir=str(project.work),
            pulumi_home=str(project.data / "home"),
            program=self._program,
            env_vars=_environment(project, ports),
            secrets_provider="passphrase",
            pulumi_command=command,
        )
        (project.data / "state").mkdir(parents=True, exist_ok=True)
        _keep_no_logs(project.data / "home")
        with project.prepared() as secrets:
            if runs_program:
                project.preload()
            choose = Stack.select if project.state.is_file() else Stack.create
            self.stack = choose(project.stack, workspace)
            if secrets:
                self.stack.set_all_config({key: ConfigValue(value, secret=True) for key, value in secrets.items()})

    def preview(self) -> None:
        """Show what `up` would do, and at the end what it would take along."""
        losses, failure = self._foreseen(_out)
        report = losses.report()
        if report:
            _err(f"\nWhat would go with this and can't be had back:\n{report}\n`up` does it only with DELETE=yes.")
        if failure:
            raise failure

    def up(self) -> None:
        """Make what exists what is declared. Raises SandboxError where history would go and nobody has agreed."""
        self._settle()
        if os.environ.get("DELETE") == "yes":
            self._unprotect()
        else:
            self._refuse_losses()
        self.stack.up(on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def refresh(self) -> None:
        """Compare the state with what exists at the vendors, and take note of the difference."""
        self._settle()
        self.stack.refresh(on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def destroy(self) -> None:
        """Delete everything the stack declares, also what is protected: in the sandbox nothing is lost with it."""
        self._settle()
        self._unprotect()
        self.stack.destroy(on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def export(self) -> None:
        """Print the state as Pulumi exports it, with secrets encrypted; the Automation API's own shows them."""
        self._engine("stack", "export")

    def _unprotect(self) -> None:
        if has_protected(self.project):
            self._engine("state", "unprotect", "--all", "--yes", quiet=True)
            _out("Protection was taken off, as everything here is a stand-in; a real stack wants that done by hand.")

    def _foreseen(self, say: Callable[[str], None]) -> tuple[Losses, CommandError | None]:
        """Preview; return what would be lost, and the failure where the engine stopped at what is protected."""
        losses = Losses(resources(self.project))
        try:
            self.stack.preview(on_output=say, on_error=_err, color=_color(), on_event=losses.see)
        except CommandError as failure:
            if not PROTECTED.search(str(failure)):
                raise
            return losses, failure
        return losses, None

    def _refuse_losses(self) -> None:
        """Look before anything is changed; with nothing applied there is nothing to lose."""
        if not resources(self.project):
            return
        said: list[str] = []
        try:
            losses, failure = self._foreseen(said.append)
        except CommandError:
            _out("\n".join(said))
            raise
        report = losses.report()
        if report:
            raise SandboxError(
                f"this would delete what can't be had back:\n{report}\n"
                "Nothing was changed. Look for a product, a suffix or a name that was changed or left out; if it is "
                f"meant: make up STACK={self.project.stack} DELETE=yes"
            )
        if failure:
            _out("\n".join(said))
            raise failure

    def _settle(self) -> None:
        """Find out what became of what a killed run had begun; without it, the next run would create it twice.

        `pulumi refresh --import-pending-creates` is meant for this, but forgets the resource instead of taking it over.
        """
        if not has_pending_operations(self.project):
            return
        pending = interrupted_creations(self.project)
        _out(f"A run before this one was killed in the middle of its changes. {len(pending)} creations were under way:")
        for one in pending:
            _out(f"  {one}")
        exported = self.project.work / "settled.json"
        self._engine("stack", "export", "--file", str(exported))
        try:
            exported.write_text(json.dumps(settled(json.loads(exported.read_text()), pending)))
            self._engine("stack", "import", "--file", str(exported), quiet=True)
        finally:
            exported.unlink()
        taken_over = [one.urn for one in pending if one.identity]
        if taken_over:
            self.stack.refresh(target=taken_over, on_output=_out, on_error=_err, color=_color(), show_secrets=False)

    def _engine(self, *arguments: str, quiet: bool = False) -> None:
        workspace = self.stack.workspace
        self.command.run(
            [*arguments, "--stack", self.project.stack],
            workspace.work_dir,
            {**workspace.env_vars, "PULUMI_HOME": str(workspace.pulumi_home)},
            on_output=None if quiet else _out,
            on_error=_err,
        )

    def _program(self) -> None:
        # Each is a round trip to the engine that the program waits for, and nobody is shown it: half of the time.
        pulumi.log.debug = lambda *_args, **_kwargs: None
        try:
            self.project.run()
        except pulumi.RunError as refusal:
            self.refusal = str(refusal)
            # The engine shows the message twice, indented; the command prints it once, as it is.
            raise pulumi.RunError(REFUSED) from refusal


def _keep_no_logs(home: Path) -> None:
    """Put a file where the engine makes its directory of logs: it has no setting for this, and goes on without.

    It would note every property of every resource, at first without encryption, in a third of a preview's time.
    """
    logs = home / "logs"
    if logs.is_dir():
        shutil.rmtree(logs, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    logs.touch()


def _environment(project: Project, ports: Mapping[str, int]) -> dict[str, str]:
    for name in CREDENTIALS:
        os.environ[name] = MARK + name.lower().replace("_", "-")
    os.environ.pop("PULUMI_ACCESS_TOKEN", None)
    passphrase = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    if os.environ.keys() & {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}:
        passphrase = {}
    return {
        "PULUMI_BACKEND_URL": (project.data / "state").as_uri(),
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{port}" for package, port in ports.items()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Every provider is attached; the engine would look for a real one all the same, seconds long without network.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        **passphrase,
    }


def _color() -> str:
    return "always" if sys.stdout.isatty() else "never"


def _out(line: str) -> None:
    _print(line, sys.stdout)


def _err(line: str) -> None:
    _print(line, sys.stderr)


def _print(line: str, stream: TextIO) -> None:
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        # Whoever read this (`| head`) has seen enough; the engine still has to be heard out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
