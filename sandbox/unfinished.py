"""What runs that were killed, interrupted or refused have changed at the vendors without the state knowing.

The engine writes the state once, when a run ends: written after every step, a thousand resources took 152 s instead of
six. So the state may be behind the vendors by a whole run. What holds all the same:

- The stand-ins note every change in the same transaction as the change itself (table `changes`).
- A note is forgotten only when a run has ended well, or neither state nor vendor has the resource.
- So whatever state and vendors differ in because of a run has a note when the next run begins. That run
  - reads all it has in its state from the vendors first, if it has a note on any of it: deleted, updated;
  - takes over what was made and isn't in the state, when the program declares it under the same name (URN);
  - deletes what was made, isn't in the state, and isn't declared any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.state import forget_pending, made, pending, resources
from sandbox.vendors.store import DATABASE, Change, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.project import Project

SHOWN = 20


@dataclass
class Unfinished:
    """What is noted of one stack, as one run finds and leaves it.

    Attributes:
        orphans: Made, and not in the state.
        gone: In the state, and not at the vendors any more.
        touched: In the state and at the vendors, but perhaps different there.
        lost: How much the state has when nothing of it exists at the vendors, and no run is known to have deleted it.

    """

    project: Project
    orphans: list[Change] = field(default_factory=list)
    gone: list[Change] = field(default_factory=list)
    touched: list[Change] = field(default_factory=list)
    lost: int = 0

    def look_up(self, *, changing: bool) -> None:
        """Compare the notes with the state.

        Args:
            changing: Whether this run holds the stack's lock. Without it another run may be at work: only look.

        """
        with self._store() as store:
            if changing:
                # An engine that was stopped at once, or an earlier version's, leaves these.
                store.note_pending(pending(self.project))
                forget_pending(self.project)
            known = self._known()
            # Without a note, and not in the state: the state was deleted, or an older one was put back.
            if changing:
                store.note_unknown(self._prefix, known)
            notes = store.changes(self._prefix)
            if not notes and not store.has_any(self._prefix):
                # A component exists in the state only.
                self.lost = sum("id" in resource for resource in made(self.project))
            states = [(note, (note.type, note.id) in known) for note in notes]
            self.orphans = [note for note, in_state in states if note.exists and not in_state]
            self.gone = [note for note, in_state in states if in_state and not note.exists]
            self.touched = [note for note, in_state in states if in_state and note.exists]
            if changing:
                nowhere = [note for note, in_state in states if not in_state and not note.exists]
                store.note(orphans=self.orphans, settled=nowhere)

    @property
    def behind(self) -> bool:
        """Whether what the state says of its own resources may be wrong."""
        return bool(self.gone or self.touched)

    def told(self, command: str) -> Iterator[str]:
        """Say what was found and what this command does about it, a line each."""
        if not (self.orphans or self.behind):
            return
        do = {"up": "so it is taken over", "destroy": "so it is deleted"}.get(command, "so the next `up` takes it over")
        yield "An earlier run didn't finish (killed, interrupted, refused), or an older state was restored."
        yield from _listed(self.orphans, f"exists in the vendor (id {{0.id}}) but isn't in the state, {do}")
        yield from _listed(self.gone, "no longer exists in the vendor, so it is dropped from the state")
        if self.touched:
            yield f"  {len(self.touched)} more were changed, so everything in the state is compared with the vendors."

    def sweep(self) -> list[str]:
        """Delete what an unfinished run made and nobody has taken over; return what the vendors refuse to delete."""
        refusals: list[str] = []
        with self._store() as store:
            known = self._known()
            left = [note for note in store.changes(self._prefix) if note.orphan and note.exists]
            left = [note for note in left if (note.type, note.id) not in known]
            # Newest first: what was made later may hold on to what was made before. Again, while that helps.
            before = len(left) + 1
            while left and len(left) < before:
                before, refusals = len(left), []
                kept: list[Change] = []
                for note in reversed(left):
                    said = _refused(store, note)
                    if said:
                        refusals.append(f"{_name(note)} (id {note.id}): {said}")
                        kept.insert(0, note)
                left = kept
        return refusals

    def settle(self) -> None:
        """Forget the notes of a run that has ended well; only what is nobody's is still remembered."""
        with self._store() as store:
            known = self._known()
            notes = store.changes(self._prefix)
            orphans = {note for note in notes if note.orphan and note.exists and (note.type, note.id) not in known}
            store.note(orphans=(), settled=[note for note in notes if note not in orphans])

    @property
    def _prefix(self) -> str:
        return f"urn:pulumi:{self.project.stack}::{self.project.name}::"

    def _known(self) -> set[tuple[str, str | None]]:
        return {(resource.get("type", ""), resource.get("id")) for resource in resources(self.project)}

    def _store(self) -> Store:
        return Store(self.project.data / DATABASE)


def _refused(store: Store, note: Change) -> str | None:
    # The vendors' tables take a tenth of a second to import, which only a run after an unfinished one has to wait for.
    from sandbox.vendors.__main__ import SERVED  # noqa: PLC0415
    from sandbox.vendors.model import Refused  # noqa: PLC0415
    from sandbox.vendors.servicer import remove  # noqa: PLC0415

    types = next(vendor.types for vendor in SERVED.values() if vendor.name == note.vendor)
    with store.transaction(note.vendor) as account:
        row = account.get(note.type, note.id)
        try:
            if row:
                remove(types[note.type], row, account)
        except Refused as problem:
            return str(problem)
    return None


def _listed(notes: list[Change], what: str) -> Iterator[str]:
    for note in notes[:SHOWN]:
        yield f"  {_name(note)} {what.format(note)}"
    if len(notes) > SHOWN:
        yield f"  and {len(notes) - SHOWN} more."


def _name(note: Change) -> str:
    return note.urn.split("::", 2)[2]
