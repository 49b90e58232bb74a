"""Hears what the engine does, and says it for people: grouped, with values, in the words of a product."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from sandbox.errors import SandboxError
from sandbox.files import replace
from sandbox.output import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pulumi.automation import EngineEvent

    from review.steps import Plan, Recorder

# What the engine says of every failure, whatever it was.
HOLLOW = ("preview failed", "update failed", "the program didn't finish")


class Watcher:
    """Takes the place of the engine's own lines.

    Args:
        stack: The stack.
        product: Show only what changes in this one; "" for all.
        steps: Where to write the steps, as `pulumi preview --json` prints them, instead of saying them.

    """

    def __init__(self, stack: str, product: str, steps: Path | None) -> None:
        self.stack = stack
        self.product = product
        self.steps = steps
        self._progress = sys.stderr.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self._recorder: Recorder | None = None
        self._before: list[Mapping[str, Any]] = []
        self._seen = 0

    def begin(self, resources: Iterable[Mapping[str, Any]]) -> None:
        """Take note of what is there before."""
        from review.steps import Recorder  # noqa: PLC0415 - only who asks for it waits for it

        self._before = list(resources)
        self._recorder = Recorder(self._before)

    def grown(self, refusal: str, directory: Path) -> Iterator[str]:
        """Say what grew where a budget is exceeded: the program can't know."""
        if "is exceeded" in refusal and self._before:
            from review.grown import grown  # noqa: PLC0415

            yield from grown(self._before, self.stack, directory, refusal)

    def say(self, line: str) -> None:
        """Keep the engine's own line to itself."""

    def see(self, event: EngineEvent) -> None:
        """Take note of an event; in a terminal, show how far the engine is."""
        assert self._recorder is not None
        self._recorder.see(event)
        if self._progress and event.resource_pre_event:
            self._seen += 1
            sys.stderr.write(f"\r{self._seen} resources looked at …\x1b[K")
            sys.stderr.flush()

    def end(self, command: str, *, losses: str = "", stopped: bool = False, failed: bool = False) -> None:
        """Say what changes, or what went wrong; each refusal once.

        `losses`: what would go and can't be had back. `stopped`: at something that is protected. Raises SandboxError
        where a preview is to be of a product that the stack doesn't have.
        """
        assert self._recorder is not None
        if self._progress:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        from review.told import refusals, told  # noqa: PLC0415

        # What is protected is told with what would go.
        errors = (
            []
            if stopped
            else [said for said in self._recorder.errors if not any(hollow in said[1] for hollow in HOLLOW)]
        )
        if self.steps:
            replace(self.steps, json.dumps(self._recorder.json(stopped=stopped)).encode())
        else:
            done = self._recorder.done if command == "up" else None
            plan = self._recorder.plan(self.stack, stopped=stopped)
            # What failed says nothing of what would change, least of all "no changes"; an `up` says what it came to.
            if not failed or (command == "up" and any(not step.component for step in plan.changed())):
                product = self.product if stopped else self._known(plan, command)
                OUTPUT.out(told(plan, product, losses, done=done, color=_color()))
        for line in refusals(errors):
            OUTPUT.err(line)

    def _known(self, plan: Plan, command: str) -> str:
        """The product to narrow to; all of them where an `up` has been made and there is none of that name."""
        from review.steps import PRODUCT  # noqa: PLC0415

        names = sorted({step.name for step in plan.steps if step.type == PRODUCT})
        if not self.product or self.product in names:
            return self.product
        instead = f"one of {', '.join(names)}" if names else "nothing: it declares none"
        said = f"there is no product {self.product!r} in this stack. Write instead: {instead}"
        if command == "preview":
            raise SandboxError(said)
        OUTPUT.err(f"note: {said}")
        return ""


def _color() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
