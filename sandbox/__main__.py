"""`python -m sandbox preview|up|refresh|destroy|export|unlock`: Pulumi's engine against stand-ins, without an account."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pulumi.automation import CommandError

from sandbox.engine import find_engine
from sandbox.errors import SandboxError
from sandbox.project import Project
from sandbox.session import Session
from sandbox.standins import DATABASE, ROOT, StandIns

COMMANDS = ("preview", "up", "refresh", "destroy", "export")


def main() -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=(*COMMANDS, "unlock"))
    parser.add_argument("--stack", default="staging")
    parser.add_argument("--project", type=Path, default=ROOT, help="directory with __main__.py and Pulumi.yaml")
    arguments = parser.parse_args()
    try:
        return run(arguments.command, Project(arguments.project.resolve(), arguments.stack))
    except SandboxError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1


def run(command: str, project: Project) -> int:
    """Run a command of the engine with the stand-ins attached."""
    with StandIns(project.data, float(os.environ.get("SANDBOX_LATENCY", "0"))) as stand_ins:
        engine = find_engine()
        say = sys.stderr if command == "export" else sys.stdout
        print(f"engine:  {engine}", file=say)
        print(
            f"vendors: stand-ins for Datadog, Grafana Cloud and Sentry (their data: {project.data / DATABASE})",
            file=say,
            flush=True,
        )
        session = Session(project, engine, stand_ins.ports())
        try:
            getattr(session, command)()
        except CommandError:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
