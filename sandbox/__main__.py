"""`python -m sandbox COMMAND`: Pulumi's engine against stand-ins for the vendors, without an account."""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import os
import re
import signal
import sys
from pathlib import Path

from pulumi.automation import CommandError

from sandbox.command import EngineCommand
from sandbox.engine import find_engine
from sandbox.environment import enclose, passphrase_variable
from sandbox.errors import SandboxError
from sandbox.locks import alone, locks_on, require_unlocked, unlock
from sandbox.output import OUTPUT
from sandbox.project import Project
from sandbox.session import Session
from sandbox.standins import ROOT, StandIns
from sandbox.state import made, require_readable
from sandbox.vendors.store import DATABASE, StoreError
from sandbox.watching import Watcher
from sandbox.workspace import environment

COMMANDS = ("preview", "up", "refresh", "destroy", "export")
CHANGING = ("up", "refresh", "destroy")
RUNNING = ("preview", "up")
KEPT = ("home", "stacks", "state")
INTERRUPTED = 130
ADVICE = {
    errno.EACCES: "Get write permission there, then run this again.",
    errno.EPERM: "Get write permission there, then run this again.",
    errno.EROFS: "Use a copy of the project where you can write: the sandbox keeps its data beside the program.",
    errno.ENOSPC: "The disk is full: free some space, then run this again.",
    errno.EDQUOT: "Your disk quota is used up: free some space, then run this again.",
}


def main() -> int:
    """Run one command; return its exit code: 0, 1 when it failed, 130 when it was interrupted."""
    OUTPUT.prepare()
    gc.set_threshold(1_000_000)  # what is imported and declared lives until the end: there is nothing to collect
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=(*COMMANDS, "unlock"))
    parser.add_argument(
        "--stack", default="staging", help="one of the project's Pulumi.<stack>.yaml (default: staging)"
    )
    parser.add_argument("--project", type=Path, default=ROOT, help="directory with __main__.py and Pulumi.yaml")
    parser.add_argument("--told", action="store_true", help="summarise what preview and up change")
    parser.add_argument("--product", default="", help="only this product in the output of --told and export")
    parser.add_argument(
        "--steps", type=Path, help="of a preview: write its steps here, as `pulumi preview --json` does"
    )
    arguments = parser.parse_args()
    told = arguments.told or arguments.steps
    watcher = Watcher(arguments.stack, arguments.product, arguments.steps) if told else None
    try:
        project = Project(arguments.project.resolve(), arguments.stack)
        if arguments.command == "unlock":
            OUTPUT.out(unlock(project))
            code = 0
        else:
            code = run(arguments.command, project, watcher, arguments.product)
    except SandboxError as problem:
        OUTPUT.err(f"error: {problem}")
        return 1
    except StoreError as problem:
        OUTPUT.err(f"error: {project.data / DATABASE} can't be used: {problem}. Run this again once it can.")
        return 1
    except OSError as problem:
        OUTPUT.err(f"error: {_told(problem)}")
        return 1
    except KeyboardInterrupt:
        OUTPUT.err(f"interrupted before `{arguments.command}` started; nothing was changed.")
        return INTERRUPTED
    if OUTPUT.lost:
        OUTPUT.err(f"error: the output of `{arguments.command}` couldn't be written: {OUTPUT.lost}.")
        return code or 1
    return code


def run(command: str, project: Project, watcher: Watcher | None = None, product: str = "") -> int:
    """Run a command of the engine with the stand-ins attached."""
    _make(project.data, *(project.data / name for name in KEPT))
    require_readable(project)
    with contextlib.ExitStack() as held:
        lock = (held.enter_context(alone(project)),) if command in CHANGING else ()
        # The stand-ins start while the engine is looked for.
        stand_ins = held.enter_context(StandIns(project.data, project.accounts(), go_on=command in CHANGING))
        engine = find_engine()
        # Read now: the program sees nothing of it.
        agreed = os.environ.get("DELETE") == "yes"
        passphrase = enclose()
        # `export` prints the state on standard output, and nothing else.
        say = OUTPUT.err if command == "export" else OUTPUT.out
        say(f"engine:  {engine}")
        say("vendors: stand-ins for Datadog, Grafana Cloud and Sentry; their resources are kept in")
        say(f"         {project.data / DATABASE}")
        env = environment(project, stand_ins.ports(), stand_ins.token, passphrase)
        caller, session = EngineCommand(engine, keep_open=lock), None
        try:
            options = {"runs_program": command in RUNNING, "agreed": agreed}
            session = Session(project, caller, env, **options, watcher=watcher, product=product)
            getattr(session, command)()
        except CommandError as failure:
            if caller.interrupts:
                return interrupted(command, project, caller, session)
            return failed(command, project, caller, session, str(failure))
        except KeyboardInterrupt:
            # The engine wasn't running: it had ended, or its next command had not begun.
            caller.interrupts = 1
            return interrupted(command, project, caller, session)
        if caller.interrupts and not (command == "destroy" and session.finished):
            return interrupted(command, project, caller, session)
    return 0


def interrupted(command: str, project: Project, caller: EngineCommand, session: Session | None) -> int:
    """Say where an interrupted run has left things; return the exit code."""
    if command not in CHANGING:
        OUTPUT.err(f"interrupted: a `{command}` changes nothing, so there is nothing to resume.")
        return INTERRUPTED
    if not (session and session.begun):
        OUTPUT.err(f"interrupted before `{command}` started; nothing was changed.")
        return INTERRUPTED
    left = f" {len(made(project))} resources are left." if command == "destroy" else ""
    if caller.code < 0:
        done = "the engine was already ending, and didn't write its state. The next run looks up what was done."
    elif caller.interrupts == 1:
        done = "operations in progress were finished, and are in the state."
    else:
        done = "at once, as you asked twice. Operations in progress may or may not be done; the next run looks them up."
    OUTPUT.err(f"interrupted: {done}{left} {_again(command, project)}")
    return INTERRUPTED


def failed(command: str, project: Project, caller: EngineCommand, session: Session | None, said: str) -> int:
    """Say what to do about a failure of the engine; return the exit code."""
    begun = session is not None and session.begun
    if caller.code < 0:
        name = signal.Signals(-caller.code).name
        what = (
            "Nothing of this run is in the state; what it did is recorded, and the next run looks it up."
            if begun
            else "Nothing was changed."
        )
        OUTPUT.err(
            f"error: the engine was killed by {name}, not by this program; the system does that when memory runs out."
            f" {what} {_again(command, project)}"
        )
    elif session and session.refusal:
        OUTPUT.err(f"error: {session.refusal}")
        for line in session.watcher.grown(session.refusal, project.directory) if session.watcher else ():
            OUTPUT.err(line)
    elif "incorrect passphrase" in said:
        OUTPUT.err(_wrong_passphrase(project))
    elif unknown := re.search(r'unknown stack "[^"]*?([\w.-]+)"', said):
        OUTPUT.err(
            f"error: this stack refers to receivers that the stack {unknown[1]} declares, and that one was never "
            f"applied. Apply it first: make up STACK={unknown[1]}"
        )
    elif "currently locked by" in said:
        require_unlocked(project)
    elif session is None:
        OUTPUT.err(said)
    elif begun:
        OUTPUT.err(
            f"error: `{command}` is incomplete: what was refused is named above. What doesn't depend on it was done, "
            f"and is in the state. Run `{command}` again once the cause is gone."
        )
    elif command in CHANGING:
        OUTPUT.err(f"error: `{command}` stopped before it changed anything; see the errors above.")
    return 1


def _again(command: str, project: Project) -> str:
    again = f"Run `{command}` again to resume."
    return f"Run `make unlock STACK={project.stack}`, then `{command}` again to resume." if locks_on(project) else again


def _make(*directories: Path) -> None:
    for directory in directories:
        try:
            directory.mkdir(exist_ok=True)
        except FileExistsError:
            link = f"is a link to {directory.readlink()}, which isn't a directory" if directory.is_symlink() else ""
            raise SandboxError(
                f"{directory} {link or 'is not a directory'}. The sandbox keeps its data in it; nothing was changed. "
                "Remove it, or replace it with a directory, then run this again."
            ) from None


def _told(problem: OSError) -> str:
    where = f"{problem.filename}: " if problem.filename else ""
    advice = ADVICE.get(problem.errno or 0, "Nothing more is known; run this again once it is fixed.")
    return f"{where}{problem.strerror or problem}. {advice}"


def _wrong_passphrase(project: Project) -> str:
    theirs = passphrase_variable()
    instead = (
        f"{theirs} is set in your environment: unset it to use the sandbox's own, or set it to the one used before"
        if theirs
        else "PULUMI_CONFIG_PASSPHRASE isn't set, so the sandbox's own was tried: set it to the one used before"
    )
    return (
        f"error: the secrets of the stack {project.stack} were encrypted with a different passphrase, so its state "
        f"can't be read. Nothing was changed. {instead}; or delete {project.data} to start over with nothing applied."
    )


if __name__ == "__main__":
    sys.exit(main())
