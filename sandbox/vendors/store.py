"""What exists at the vendors: one SQLite file, shared by every stack, as stacks may share an account."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sandbox.vendors.values import Inputs

DATABASE = "vendors.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    vendor TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, urn TEXT NOT NULL,
    inputs TEXT NOT NULL, outputs TEXT NOT NULL, PRIMARY KEY (vendor, type, id));
CREATE TABLE IF NOT EXISTS account (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class DamagedError(Exception):
    """The file isn't a database that this program wrote."""


@dataclass(frozen=True)
class Row:
    """One thing that exists at a vendor. Secrets in its inputs are salted hashes."""

    type: str
    id: str
    urn: str
    inputs: Inputs
    outputs: Inputs

    @property
    def name(self) -> str:
        """Pulumi's name of the resource that made it."""
        return self.urn.rsplit("::", 1)[-1]


class Store:
    """The database file. Every change is one transaction that also holds the checks it depends on."""

    def __init__(self, path: Path, names: Mapping[str, str] | None = None) -> None:
        """Open or create the file; `names` by vendor: what its account is called there.

        Raises:
            DamagedError: The file isn't a readable database; it is left as it is.

        """
        self._names = names or {}
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            problems = self._db.execute("PRAGMA quick_check").fetchall()
            if problems != [("ok",)]:
                raise DamagedError(str(problems[0][0]))
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
            self._db.execute("INSERT OR IGNORE INTO account VALUES ('salt', ?)", (uuid.uuid4().hex,))
            self._db.execute("INSERT OR IGNORE INTO account VALUES ('counter', '0')")
            broken = self._db.execute("SELECT type, id FROM resources WHERE NOT json_valid(inputs) LIMIT 1").fetchone()
            if broken:
                raise DamagedError(f"the inputs of {broken[0]} {broken[1]} are no JSON")
            self.salt: str = self._db.execute("SELECT value FROM account WHERE key='salt'").fetchone()[0]
        except sqlite3.DatabaseError as problem:
            raise DamagedError(str(problem)) from problem

    @contextlib.contextmanager
    def transaction(self, vendor: str) -> Iterator[Account]:
        """Open one vendor's account; everything done in it happens, or none of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield Account(self._db, vendor, self.salt, self._names.get(vendor, ""))
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class Account:
    """What one vendor holds, within one transaction."""

    def __init__(self, db: sqlite3.Connection, vendor: str, salt: str, name: str = "") -> None:
        self._db = db
        self._vendor = vendor
        self.salt = salt
        self.name = name

    def all(self, kind: str) -> list[Row]:
        """Return everything of one type, oldest first."""
        return self._rows("type = ? ORDER BY rowid", kind)

    def get(self, kind: str, identity: str) -> Row | None:
        """Return the one with this id."""
        rows = self._rows("type = ? AND id = ?", kind, identity)
        return rows[0] if rows else None

    def put(self, row: Row) -> None:
        """Add or replace one."""
        values = (self._vendor, row.type, row.id, row.urn, json.dumps(row.inputs), json.dumps(row.outputs))
        self._db.execute(
            "INSERT INTO resources (vendor, type, id, urn, inputs, outputs) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET urn=excluded.urn, inputs=excluded.inputs, outputs=excluded.outputs",
            values,
        )

    def delete(self, kind: str, identity: str) -> None:
        """Remove one; one that is gone already is fine."""
        self._db.execute(
            "DELETE FROM resources WHERE vendor = ? AND type = ? AND id = ?", (self._vendor, kind, identity)
        )

    def token(self) -> str:
        """Return 64 hexadecimal digits that no other call gets: what ids are shaped from."""
        sql = "UPDATE account SET value = value + 1 WHERE key = 'counter' RETURNING value"
        count = self._db.execute(sql).fetchone()[0]
        return self.derived(f"id {count}")

    def derived(self, purpose: str) -> str:
        """Return 64 hexadecimal digits that are always the same for one purpose in this file, and in no other."""
        return hashlib.sha256(f"{self.salt}{purpose}".encode()).hexdigest()

    def _rows(self, where: str, *values: str) -> list[Row]:
        sql = f"SELECT type, id, urn, inputs, outputs FROM resources WHERE vendor = ? AND {where}"  # noqa: S608 - no input in it
        found = self._db.execute(sql, (self._vendor, *values)).fetchall()
        return [
            Row(kind, identity, urn, json.loads(inputs), json.loads(outputs))
            for kind, identity, urn, inputs, outputs in found
        ]
