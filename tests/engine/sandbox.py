"""A copy of the project, and the commands a person types in it."""

import hashlib
import json
import os
import re
import sqlite3

from tests import commands
from tests.conftest import ROOT, Copy, copy_project

CHANGED = re.compile(r"^ *([+~-]|\+-|-\+)\s+\S+:\S+ ([\w.-]+)(?![\w.-])(?! refreshing)", re.MULTILINE)


class Sandbox:
    """A copy of the project, and the commands a person types in it."""

    def __init__(self, root, stack="staging"):
        self.root = root
        self.stack = stack
        self.copy = Copy(root)
        self.printed = []

    def __call__(self, command, expect=0):
        arguments = ["sandbox", command, "--stack", self.stack, "--project", str(self.root)]
        result = commands.run(arguments, ROOT, {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}, timeout=300)
        self.printed += [result.stdout, result.stderr]
        assert result.returncode == expect, result.stdout[-3000:] + result.stderr[-3000:]
        return result.stdout

    def changes(self, command="preview"):
        """The logical names that a command says it creates, changes or deletes."""
        return {name for _, name in CHANGED.findall(self(command)) if not name.startswith("monitoring-")}

    def state(self):
        return json.loads(self("export"))

    def at_vendors(self, query="select type, id from resources", *values):
        with sqlite3.connect(self.root / ".sandbox" / "vendors.db") as database:
            return database.execute(query, values).fetchall()

    def prints(self):
        """A hash of every file but those of the sandbox."""
        return {
            path.relative_to(self.root): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.root.rglob("*")
            if path.is_file() and ".sandbox" not in path.parts and "__pycache__" not in path.parts
        }


def project(tmp_path_factory):
    """A copy of the project that a module's tests share."""
    root = tmp_path_factory.mktemp("project")
    copy_project(root)
    return root
