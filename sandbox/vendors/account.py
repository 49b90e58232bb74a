"""One vendor's account: what exists in it, as rules and providers see it within one transaction of the store."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.vendors.values import Inputs


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


Known = dict[tuple[str, str], dict[str, Row]]
"""Rows that were read or written before, by vendor and type, then by id, oldest first."""


class Account:
    """What one vendor holds, within one transaction."""

    def __init__(self, db: sqlite3.Connection, vendor: str, salt: str, known: Known, name: str) -> None:
        self._db = db
        self._vendor = vendor
        self._all_known = known
        self.salt = salt
        self.name = name

    def all(self, kind: str) -> list[Row]:
        """Return everything of one type, oldest first."""
        known = self._all_known.get((self._vendor, kind))
        if known is None:
            # Rules ask with every change: to read all rows each time would take the square of their number.
            known = {row.id: row for row in self._rows("type = ? ORDER BY rowid", kind)}
            self._all_known[self._vendor, kind] = known
        return list(known.values())

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
        if (self._vendor, row.type) in self._all_known:
            written = Row(row.type, row.id, row.urn, json.loads(values[4]), json.loads(values[5]))
            self._all_known[self._vendor, row.type][row.id] = written
        self._note(row.type, row.id, row.urn)

    def orphan(self, urn: str) -> Row | None:
        """Return what an unfinished run made for this URN, if no state knows it."""
        sql = "SELECT type, id FROM changes WHERE vendor = ? AND urn = ? AND orphan"
        found = self._db.execute(sql, (self._vendor, urn)).fetchone()
        return self.get(*found) if found else None

    def having(self, kind: str, values: Mapping[str, object]) -> list[Row]:
        """Return those of one type whose inputs have these values."""
        same = [(f'$."{name}"', json.dumps(value)) for name, value in values.items()]
        where = " AND ".join("json_extract(inputs, ?) = json_extract(?, '$')" for _ in same)
        return self._rows(f"type = ? AND {where}", kind, *(part for pair in same for part in pair))

    def delete(self, kind: str, identity: str) -> None:
        """Remove one; one that is gone already is fine."""
        sql = "DELETE FROM resources WHERE vendor = ? AND type = ? AND id = ? RETURNING urn"
        for (urn,) in self._db.execute(sql, (self._vendor, kind, identity)).fetchall():
            self._all_known.get((self._vendor, kind), {}).pop(identity, None)
            self._note(kind, identity, urn)

    def _note(self, kind: str, identity: str, urn: str) -> None:
        """Write down, with the change itself, that a state may not know of it; `Store.note` forgets it."""
        self._db.execute(
            "INSERT INTO changes (vendor, type, id, urn) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET urn = excluded.urn, orphan = 0",
            (self._vendor, kind, identity, urn),
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
