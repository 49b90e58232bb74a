"""Work done in a second process, on what is in memory: one interpreter would leave the other core waiting."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar, cast

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin the work; return what waits for its result. That raises RuntimeError with what went wrong there."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return work
    forking = multiprocessing.get_context("fork")
    here, there = forking.Pipe(duplex=False)
    process = forking.Process(target=_do, args=(work, there), daemon=True)
    process.start()
    there.close()

    def result() -> T:
        try:
            wrong, made = here.recv()
        except EOFError:
            wrong, made = "it ended without a word", None
        process.join()
        if wrong:
            raise RuntimeError(f"In a process beside this one: {wrong}")
        return cast("T", made)

    return result


def _do(work: Callable[[], object], there: Connection) -> None:
    try:
        there.send(("", work()))
    except BaseException:  # noqa: BLE001 - the other process says it
        there.send((traceback.format_exc(), None))
