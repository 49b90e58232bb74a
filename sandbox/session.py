"""One command on Pulumi's own engine, through the Automation API, with the stand-ins attached."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.automation import CommandError, _server
from pulumi.automation._stack import StackInitMode
from pulumi.runtime.stack import run_in_stack

from sandbox.errors import SandboxError
from sandbox.losses import Losses
from sandbox.output import OUTPUT
from sandbox.state import kept_safe, made, made_whole, of_product, resources
from sandbox.unfinished import Unfinished
from sandbox.unshown import leave_out_what_nobody_is_shown
from sandbox.vendors.store import DATABASE
from sandbox.workspace import SandboxStack, SandboxWorkspace, keep_no_logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi.automation import EngineEvent

    from sandbox.command import EngineCommand
    from sandbox.project import Project
    from sandbox.watching import Watcher

PROTECTED = re.compile(r"because it is protected|marked for protection")  # deleted; replaced
LAST_WORDS = ("The resources in the stack have been deleted", "If you want to remove the stack completely")
COMPARING = ("preview", "up")  # the program with the state, and not with the vendors
REFUSED = "the program didn't finish; see the errors below"


class Session:
    """A stack of a project on the engine.

    Attributes:
        refusal: What the program said before it gave up, if it did.
        begun: Whether anything may have been changed.

    Args:
        project: The project and its stack.
        command: The engine.
        env: What the engine needs to know.
        runs_program: Whether the command is one that runs the program.
        agreed: Whether what can't be had back may go.
        watcher: Hears what the engine does, and says it instead of the engine.
        product: Export and say the losses of only this one; "" for all.

    """

    def __init__(
        self,
        project: Project,
        command: EngineCommand,
        env: Mapping[str, str],
        *,
        runs_program: bool = True,
        agreed: bool = False,
        watcher: Watcher | None = None,
        product: str = "",
    ) -> None:
        self.watcher = watcher
        self.product = product
        self.project = project
        self.command = command
        self.agreed = agreed
        self.refusal: str | None = None
        self.begun = False
        workspace = SandboxWorkspace(
            work_dir=str(project.work),
            pulumi_home=str(project.data / "home"),
            program=self._program,
            env_vars=env,
            secrets_provider="passphrase",
            pulumi_command=command,
        )
        # The Automation API has no way to handle what goes wrong after the program's last line.
        _server.__dict__["run_in_stack"] = self._in_stack
        keep_no_logs(project.data / "home")
        with project.prepared() as secrets:
            if runs_program:
                project.preload()
            if project.state.is_file():
                self.stack = SandboxStack(project.stack, workspace, StackInitMode.SELECT)
            else:
                with made_whole(project):
                    self.stack = SandboxStack(project.stack, workspace, StackInitMode.CREATE)
            for key, value in secrets.items():
                # Not the Automation API's way, which makes each secret an argument that every user of the machine sees.
                self._engine("config", "set", "--secret", key, quiet=True, stdin=value)

    def preview(self) -> None:
        """Show what `up` would do, and at the end what it would take along."""
        behind = self._look_up("preview", changing=False)
        if self.watcher:
            self.watcher.begin(resources(self.project))
        losses, failure = self._foreseen(OUTPUT.out, behind=behind, watcher=self.watcher)
        report = losses.report(self.product)
        if self.watcher:
            self.watcher.end("preview", losses=report, stopped=failure is not None)
            if self.watcher.steps:
                # What is protected stops the engine, and no review of it.
                return
            report = ""
        if report:
            said = f"This would irrecoverably delete:\n{report}\n`up` does it only with DELETE=yes."
            OUTPUT.err(f"\n{said}")
        if failure:
            raise failure

    def up(self) -> None:
        """Make what exists what is declared.

        Raises:
            SandboxError: Something would go that can't be had back, and nobody has agreed.

        """
        behind = self._look_up("up")
        deletes_first = self._look_ahead(behind=behind)
        if self.command.interrupts:
            return
        with self._changing():
            if self.agreed:
                self._unprotect()
            # pulumi/pkg, resource/deploy/step_executor.go, executeChain: where a deletion is refused that comes before
            # its replacement, an engine that goes on waits for ever; nobody answers the program.
            shown = _shown()
            if self.watcher:
                self.watcher.begin(resources(self.project))
                shown = {**_shown(self.watcher.say), "on_event": self.watcher.see}
            failed = True
            try:
                self.stack.up(refresh=behind, continue_on_error=not deletes_first, show_secrets=False, **shown)
                failed = False
            finally:
                if self.watcher:
                    self.watcher.end("up", failed=failed)
        if not self.command.interrupts:
            self._end(sweep=True)

    def refresh(self) -> None:
        """Compare the state with what exists at the vendors, and take note of the difference."""
        self._look_up("refresh")
        with self._changing():
            self.stack.refresh(show_secrets=False, **_shown())
        if not self.command.interrupts:
            self._end(sweep=False)

    def destroy(self) -> None:
        """Delete everything the stack declares, also what is protected: in the sandbox nothing is lost with it."""
        behind = self._look_up("destroy")
        with self._changing():
            # What isn't in the state may hold on to what is; what is still refused after that is told at the end.
            self.unfinished.sweep()
            self._unprotect()
            shown = {**_shown(), "on_output": _but_the_last_words}
            self.stack.destroy(refresh=behind, continue_on_error=True, show_secrets=False, **shown)
        # The engine ends well when it is interrupted, too, whatever is left.
        if self.finished or not self.command.interrupts:
            self._end(sweep=True)
        if self.finished:
            OUTPUT.out("Everything the stack declared is deleted.")

    def export(self) -> None:
        """Print the state as Pulumi exports it, with secrets encrypted; the Automation API's own shows them."""
        if not self.product:
            self._engine("stack", "export")
            return
        said: list[str] = []
        self._engine("stack", "export", say=said.append)
        OUTPUT.out(json.dumps(of_product(json.loads("\n".join(said)), self.product), indent=4))

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        with kept_safe(self.project):
            self.begun = True
            yield

    def _unprotect(self) -> None:
        if any(resource.get("protect") for resource in resources(self.project)):
            self._engine("state", "unprotect", "--all", "--yes", quiet=True)
            OUTPUT.out("Protection was removed, as everything here is a stand-in; on a real stack you do that.")

    def _foreseen(
        self, say: Callable[[str], None], *, behind: bool, watcher: Watcher | None = None
    ) -> tuple[Losses, CommandError | None]:
        """Preview; return what would be lost, and the failure where the engine stopped at what is protected."""
        losses = Losses(resources(self.project))

        def see(event: EngineEvent) -> None:
            losses.see(event)
            if watcher:
                watcher.see(event)

        try:
            self.stack.preview(refresh=behind, on_event=see, **_shown(watcher.say if watcher else say))
        except CommandError as failure:
            if self.command.interrupts or not PROTECTED.search(str(failure)):
                if watcher:
                    watcher.end("preview", failed=True)
                raise
            return losses, failure
        return losses, None

    def _look_ahead(self, *, behind: bool) -> bool:
        """Refuse losses that nobody has agreed to; return whether something would be deleted before it is replaced."""
        if not made(self.project):
            # With nothing applied there is nothing to lose.
            return False
        said: list[str] = []
        if self.watcher:
            self.watcher.begin(resources(self.project))
        try:
            losses, failure = self._foreseen(said.append, behind=behind, watcher=self.watcher)
        except CommandError:
            OUTPUT.out("\n".join(said))
            raise
        if self.command.interrupts or self.agreed:
            # What was protected hides what comes after it.
            return losses.deletes_first or failure is not None
        report = losses.report()
        if report:
            raise SandboxError(
                f"this would irrecoverably delete:\n{report}\n"
                "Nothing was changed. Look for a changed or missing product, suffix or name; if it is "
                f"intended: make up STACK={self.project.stack} DELETE=yes"
            )
        if failure:
            OUTPUT.out("\n".join(said))
            if self.watcher:
                self.watcher.end("preview", failed=True)
            raise failure
        return losses.deletes_first

    @property
    def finished(self) -> bool:
        """Whether nothing is left to destroy."""
        return not made(self.project)

    def _look_up(self, command: str, *, changing: bool = True) -> bool:
        """Find out what runs before this one left undone; return whether the state may be behind the vendors."""
        self.unfinished = Unfinished(self.project)
        self.unfinished.look_up(changing=changing)
        if self.unfinished.lost and command in COMPARING:
            stack, database = self.project.stack, self.project.data / DATABASE
            raise SandboxError(
                f"{database} has nothing of the stack {stack}, and the state has {self.unfinished.lost} resources. The "
                "two belong together: most likely one was deleted, or an older copy of it put back, without the other. "
                f"Nothing was changed. Put back the {DATABASE} that belongs to the state. Or run `make refresh "
                f"STACK={stack}`, which takes note that nothing exists, and then `make up STACK={stack}`, which makes "
                "everything anew."
            )
        for line in self.unfinished.told(command):
            OUTPUT.out(line)
        return self.unfinished.behind

    def _end(self, *, sweep: bool) -> None:
        """Forget what a run that ended well has settled."""
        refusals = self.unfinished.sweep() if sweep else []
        self.unfinished.settle()
        if refusals:
            raise SandboxError(
                "Made by a run that didn't finish, no longer declared, and the vendor refuses to delete it:\n"
                + "\n".join(f"- {refusal}" for refusal in refusals)
                + "\nRemove what depends on it from the program, then run this again."
            )

    def _engine(
        self,
        *arguments: str,
        quiet: bool = False,
        stdin: str | None = None,
        say: Callable[[str], None] = OUTPUT.out,
    ) -> None:
        workspace = self.stack.workspace
        self.command.run(
            [*arguments, "--stack", self.project.stack],
            workspace.work_dir,
            {**workspace.env_vars, "PULUMI_HOME": str(workspace.pulumi_home)},
            on_output=None if quiet else say,
            on_error=OUTPUT.err,
            stdin=stdin,
        )

    async def _in_stack(self, program: Callable[[], None]) -> None:
        """Run the program; what a look-up was refused is said in a sentence, and not as a traceback of the SDK's."""
        try:
            await run_in_stack(program)
        except Exception as problem:
            refused = re.search(r"^invoke of .* returned an error: (.*)", str(problem), re.DOTALL)
            if not refused:
                raise
            self.refusal = (
                f"{refused[1]}\nThe program looks up something that the vendor doesn't have. If it was deleted by "
                "hand, run `refresh`, so that the state takes note of it, and then `up`, which makes it anew."
            )
            raise pulumi.RunError(REFUSED) from problem

    def _program(self) -> None:
        leave_out_what_nobody_is_shown()
        try:
            self.project.run()
        except pulumi.RunError as refusal:
            self.refusal = str(refusal)
            # The engine shows the message twice, indented; the command prints it once, as it is.
            raise pulumi.RunError(REFUSED) from refusal


def _shown(say: Callable[[str], None] = OUTPUT.out) -> dict[str, Any]:
    color = "always" if sys.stdout.isatty() else "never"
    return {"on_output": say, "on_error": OUTPUT.err, "color": color}


def _but_the_last_words(line: str) -> None:
    """Leave out that the resources have been deleted: the engine says so after an interrupt, too."""
    if not line.startswith(LAST_WORDS):
        OUTPUT.out(line)
