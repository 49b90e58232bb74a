"""Run the engine so that Ctrl-C is heard once, by the engine, which then finishes what it has begun."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Any

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sandbox.engine import Engine


class EngineCommand(PulumiCommand):
    """The engine as the Automation API calls it.

    The Automation API's own leaves the engine in this process's group: Ctrl-C would reach it, and the stand-ins, from
    the terminal, and a plain `kill -INT` of this process would not reach it at all.

    Attributes:
        interrupts: How often the user asked it to stop.
        code: How the last command ended: its exit code, or the signal that killed it, negative.

    Args:
        engine: The engine.
        keep_open: Files the engine holds open for as long as it runs: the lock, should this process be killed.

    """

    def __init__(self, engine: Engine, keep_open: tuple[int, ...] = ()) -> None:
        # The version is known: asking again would cost a start of the engine.
        self.command = str(engine.command)
        self.version = VersionInfo(*engine.version)
        self.interrupts = 0
        self.code = 0
        self._keep_open = keep_open

    def run(  # noqa: PLR0917 - the first five are the Automation API's
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], Any] | None = None,
        on_error: Callable[[str], Any] | None = None,
        stdin: str | None = None,
    ) -> CommandResult:
        """Run one command of the CLI; an interrupt is passed on to it.

        Raises:
            CommandError: It failed.

        """
        out: list[str] = []
        err: list[str] = []
        with subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            pass_fds=self._keep_open,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            with self._passing_on_signals(process):
                readers = [
                    threading.Thread(target=_collect, args=(process.stdout, on_output, out)),
                    threading.Thread(target=_collect, args=(process.stderr, on_error, err)),
                ]
                for reader in readers:
                    reader.start()
                if process.stdin is not None:
                    with contextlib.suppress(BrokenPipeError):
                        process.stdin.write(stdin or "")
                        process.stdin.close()
                # With a time limit, as a signal may be delivered to another thread: handlers run in this one, and not
                # while it waits. Without, every fifth Ctrl-C was heard when all was done.
                for reader in readers:
                    while reader.is_alive():
                        reader.join(timeout=0.1)
                self.code = process.wait()
        result = CommandResult(stdout="\n".join(out), stderr="\n".join(err), code=process.returncode)
        if result.code:
            raise create_command_error(result)
        return result

    @contextlib.contextmanager
    def _passing_on_signals(self, process: subprocess.Popen[str]) -> Iterator[None]:
        def pass_on(_number: int, _frame: object) -> None:
            self.interrupts += 1
            # The engine stops gracefully at the first interrupt and at once at the second, as in a terminal.
            process.send_signal(signal.SIGINT)

        before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            # Whoever has interrupted once has been heard: a second time would cut off what is said about it.
            for number, handler in before.items():
                signal.signal(number, signal.SIG_IGN if self.interrupts else handler)


def _collect(stream: IO[str], callback: Callable[[str], Any] | None, lines: list[str]) -> None:
    for line in stream:
        text = line.rstrip()
        lines.append(text)
        if callback:
            callback(text)
