"""What exists at the vendors: one SQLite file, shared by every stack, as stacks may share an account."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.vendors.account import Account, Known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Self

DATABASE = "vendors.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    vendor TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, urn TEXT NOT NULL,
    inputs TEXT NOT NULL, outputs TEXT NOT NULL, PRIMARY KEY (vendor, type, id));
CREATE INDEX IF NOT EXISTS by_type ON resources (vendor, type);
CREATE TABLE IF NOT EXISTS account (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS changes (
    vendor TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, urn TEXT NOT NULL,
    orphan INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (vendor, type, id));
CREATE INDEX IF NOT EXISTS by_urn ON changes (vendor, urn) WHERE orphan;
"""
OPENING_SECONDS, BUSY_SECONDS = 2.0, 10.0

# By SQLite's result codes (sqlite.org/rescode.html), extended or primary; whatever isn't named here is damage.
KINDS = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_CANTOPEN: "read-only",
    sqlite3.SQLITE_IOERR: "unreadable",
    # Without a byte left, it is the index of the log, made when the file is opened, that has no room.
    sqlite3.SQLITE_IOERR_SHMSIZE: "full",
    sqlite3.SQLITE_FULL: "full",
}


class StoreError(Exception):
    """The file can't be used.

    Attributes:
        kind: Why: damaged, locked, read-only, unreadable, full.

    """

    def __init__(self, said: str, kind: str = "damaged") -> None:
        super().__init__(said)
        self.kind = kind


def store_error(problem: sqlite3.Error) -> StoreError:
    """Tell damage from what only looks like it: a lock, a full disk, a directory that may not be written to."""
    code = getattr(problem, "sqlite_errorcode", None)
    kind = None if code is None else KINDS.get(code) or KINDS.get(code & 0xFF)
    return StoreError(str(problem), kind or "damaged")


@dataclass(frozen=True)
class Change:
    """What a run did to one thing, noted until the run's state is known to agree with it."""

    vendor: str
    type: str
    id: str
    urn: str
    orphan: bool
    """Made by a run that ended before its state was written."""
    exists: bool
    """Whether it is there now."""


class Store:
    """The database file. Every change is one transaction that also holds the checks it depends on."""

    def __init__(self, path: Path, names: Mapping[str, str] | None = None) -> None:
        """Open or create the file; `names` by vendor: what its account is called there.

        Raises:
            StoreError: The file can't be used; it is left as it is.

        """
        self._names = names or {}
        self._lock = threading.Lock()
        self._known: Known = {}
        self._version = 0
        try:
            self._db = sqlite3.connect(path, timeout=OPENING_SECONDS, isolation_level=None, check_same_thread=False)
            problems = self._db.execute("PRAGMA quick_check").fetchall()
            if problems != [("ok",)]:
                raise StoreError(str(problems[0][0]))
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
            self._db.execute("INSERT OR IGNORE INTO account VALUES ('salt', ?)", (uuid.uuid4().hex,))
            self._db.execute("INSERT OR IGNORE INTO account VALUES ('counter', '0')")
            broken = self._db.execute("SELECT type, id FROM resources WHERE NOT json_valid(inputs) LIMIT 1").fetchone()
            if broken:
                raise StoreError(f"the inputs of {broken[0]} {broken[1]} are no JSON")
            self._db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
            self.salt: str = self._db.execute("SELECT value FROM account WHERE key='salt'").fetchone()[0]
        except sqlite3.DatabaseError as problem:
            raise store_error(problem) from problem

    @contextlib.contextmanager
    def transaction(self, vendor: str) -> Iterator[Account]:
        """Open one vendor's account; everything done in it happens, or none of it.

        Raises:
            StoreError: The file is locked by another program, or can't be written to.

        """
        with self._transaction():
            yield Account(self._db, vendor, self.salt, self._known, self._names.get(vendor, ""))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                # It changes when another process has written.
                (version,) = self._db.execute("PRAGMA data_version").fetchone()
                if version != self._version:
                    self._known.clear()
                    self._version = version
                yield
                self._db.execute("COMMIT")
            except BaseException as problem:
                self._known.clear()
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if isinstance(problem, sqlite3.Error):
                    raise store_error(problem) from problem
                raise

    def next_run(self) -> int:
        """Count the runs of the stand-ins: what faults strike by, so that a second run isn't struck as the first."""
        with self._transaction():
            sql = "INSERT INTO account VALUES ('runs', '1') ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value"
            return int(self._db.execute(sql).fetchone()[0])

    def changes(self, prefix: str) -> list[Change]:
        """Return what is noted of the resources whose URN starts so, oldest first."""
        sql = """SELECT c.vendor, c.type, c.id, c.urn, c.orphan, r.id IS NOT NULL FROM changes c
                 LEFT JOIN resources r ON (r.vendor, r.type, r.id) = (c.vendor, c.type, c.id)
                 WHERE substr(c.urn, 1, length(?)) = ? ORDER BY c.rowid"""
        found = self._db.execute(sql, (prefix, prefix)).fetchall()
        return [
            Change(vendor, kind, identity, urn, bool(orphan), bool(exists))
            for vendor, kind, identity, urn, orphan, exists in found
        ]

    def has_any(self, prefix: str) -> bool:
        """Say whether anything exists whose URN starts so."""
        sql = "SELECT 1 FROM resources WHERE substr(urn, 1, length(?)) = ? LIMIT 1"
        return self._db.execute(sql, (prefix, prefix)).fetchone() is not None

    def note(self, *, orphans: Iterable[Change], settled: Iterable[Change]) -> None:
        """Mark what no state knows, and forget what a state agrees with.

        Raises:
            StoreError: The file can't be written to.

        """
        with self._transaction():
            sql = "UPDATE changes SET orphan = 1 WHERE (vendor, type, id) = (?, ?, ?)"
            self._db.executemany(sql, [(one.vendor, one.type, one.id) for one in orphans])
            sql = "DELETE FROM changes WHERE (vendor, type, id) = (?, ?, ?)"
            self._db.executemany(sql, [(one.vendor, one.type, one.id) for one in settled])

    def note_unknown(self, prefix: str, known: Collection[tuple[str, str | None]]) -> None:
        """Note what exists, by URNs that start so, and is not among the (type, id) that a state knows."""
        with self._transaction():
            sql = "SELECT vendor, type, id, urn FROM resources WHERE substr(urn, 1, length(?)) = ?"
            found = self._db.execute(sql, (prefix, prefix)).fetchall()
            unknown = [row for row in found if (row[1], row[2]) not in known]
            self._db.executemany("INSERT OR IGNORE INTO changes VALUES (?, ?, ?, ?, 0)", unknown)

    def note_pending(self, operations: Iterable[tuple[str, str, str | None]]) -> None:
        """Note resources as changed that a state says were being worked on: URN, type, and the id if there was one."""
        with self._transaction():
            for urn, kind, identity in operations:
                self._db.execute(
                    "INSERT OR IGNORE INTO changes SELECT vendor, type, id, urn, 0 FROM resources WHERE urn = ?", (urn,)
                )
                if identity:
                    values = (kind.partition(":")[0], kind, identity, urn)
                    self._db.execute("INSERT OR IGNORE INTO changes VALUES (?, ?, ?, ?, 0)", values)

    def close(self) -> None:
        """Close the file, once nobody is in the middle of a change: SQLite crashes otherwise."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()
