"""`python -m sandbox COMMAND`: Pulumi's engine against stand-ins for the vendors, without an account."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from pulumi.automation import CommandError

from sandbox.command import EngineCommand
from sandbox.engine import find_engine
from sandbox.errors import SandboxError
from sandbox.locks import require_unlocked, unlock
from sandbox.project import Project
from sandbox.session import Session
from sandbox.standins import ROOT, StandIns
from sandbox.state import require_readable
from sandbox.vendors.store import DATABASE

COMMANDS = ("preview", "up", "refresh", "destroy", "export")
CHANGING = ("up", "refresh", "destroy")
RUNNING = ("preview", "up")
INTERRUPTED = 130


def main() -> int:
    """Run one command; return its exit code: 0, 1 when it failed, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=(*COMMANDS, "unlock"))
    parser.add_argument(
        "--stack", default="staging", help="one of the project's Pulumi.<stack>.yaml (default: staging)"
    )
    parser.add_argument("--project", type=Path, default=ROOT, help="directory with __main__.py and Pulumi.yaml")
    arguments = parser.parse_args()
    try:
        project = Project(arguments.project.resolve(), arguments.stack)
        if arguments.command == "unlock":
            print(unlock(project))
            return 0
        return run(arguments.command, project)
    except SandboxError as problem:
        tell(f"error: {problem}")
        return 1
    except KeyboardInterrupt:
        tell(f"interrupted before `{arguments.command}` had begun; nothing was changed.")
        return INTERRUPTED


def run(command: str, project: Project) -> int:
    """Run a command of the engine with the stand-ins attached."""
    require_readable(project)
    if command in CHANGING:
        require_unlocked(project)
    project.data.mkdir(exist_ok=True)
    # The stand-ins start while the engine is looked for.
    with StandIns(project.data, float(os.environ.get("SANDBOX_LATENCY", "0")), project.accounts()) as stand_ins:
        engine = find_engine()
        # `export` prints the state on standard output, and nothing else.
        say = sys.stderr if command == "export" else sys.stdout
        print(f"engine:  {engine}", file=say)
        print("vendors: stand-ins for Datadog, Grafana Cloud and Sentry; what exists at them is kept in", file=say)
        print(f"         {project.data / DATABASE}", file=say, flush=True)
        ports = stand_ins.ports()
        caller, session = EngineCommand(engine), None
        try:
            session = Session(project, caller, ports, runs_program=command in RUNNING)
            getattr(session, command)()
        except CommandError as failure:
            if caller.interrupted:
                tell(f"interrupted: what had begun was finished, and is in the state. Run `{command}` again to go on.")
                return INTERRUPTED
            return failed(project, session, str(failure))
    return 0


def failed(project: Project, session: Session | None, said: str) -> int:
    """Say what to do about a failure of the engine; return the exit code."""
    if session and session.refusal:
        tell(f"error: {session.refusal}")
    elif "incorrect passphrase" in said:
        tell(_wrong_passphrase(project))
    elif unknown := re.search(r'unknown stack "[^"]*?([\w.-]+)"', said):
        tell(
            f"error: this stack refers to receivers that the stack {unknown[1]} declares, and that one was never "
            f"applied. Apply it first: make up STACK={unknown[1]}"
        )
    elif "currently locked by" in said:
        require_unlocked(project)
    elif session is None:
        tell(said)
    return 1


def tell(message: str) -> None:
    """Say something on standard error."""
    print(message, file=sys.stderr, flush=True)


def _wrong_passphrase(project: Project) -> str:
    variable = "PULUMI_CONFIG_PASSPHRASE"
    theirs = next((name for name in (variable, f"{variable}_FILE") if name in os.environ), None)
    instead = (
        f"{theirs} is set in your environment: unset it to use the sandbox's own, or set it to the one that was used"
        if theirs
        else f"{variable} isn't set, so the sandbox's own was tried: set it to the one that was used"
    )
    return (
        f"error: the secrets of the stack {project.stack} were encrypted with another passphrase, so its state "
        f"can't be read. Nothing was changed. {instead}; or delete {project.data} to start afresh with nothing applied."
    )


if __name__ == "__main__":
    sys.exit(main())
