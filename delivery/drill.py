"""`make drill`: one marked test to each receiver, through each vendor's own call. It reaches real people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from apis.web import Web, WebError
from components.environment import Environment
from components.vendors import VENDORS
from delivery.targets import Target
from delivery.vendors import CALLS, Outcome, caller

BY_HAND = (
    "Check that accepted messages arrived: look into channels, mailboxes and PagerDuty, and resolve what is open.",
    "Test by hand: a monitor's own message (Datadog: edit the monitor, Test Notifications); PagerDuty's",
    "escalation (leave one test incident unanswered); mail to a team at Sentry reaches its members, not the address.",
)


def refused(stack: str, environment: Environment, agreed: str, targets: Sequence[Target]) -> str:
    """Why nothing may be sent at all; nothing if something may."""
    if agreed and agreed != stack:
        return f"YES={agreed} isn't the stack {stack}. Nothing was sent."
    if environment.notify is None and agreed != stack:
        people = ", ".join(dict.fromkeys(str(each.receiver) for each in targets))
        return (
            f"{stack} notifies people as the products declare. A drill would send {len(targets)} tests, to {people}. "
            f"Nothing was sent. Tell the on-call engineer, then: make drill STACK={stack} YES={stack}"
        )
    return ""


def drill(
    environment: Environment,
    targets: Sequence[Target],
    variables: Mapping[str, str],
    *,
    agreed: bool,
    change: Callable[[Web], Web] = lambda call: call,
) -> Iterator[Outcome | Target]:
    """Send, vendor by vendor. A target comes back as it is where it would wake somebody and nobody agreed to that."""
    for vendor, several in groupby(sorted(targets, key=lambda each: list(VENDORS).index(each.vendor)), _vendor):
        left = []
        for each in several:
            if each.receiver.wakes and not agreed:
                yield each
            else:
                left.append(each)
        if not left:
            continue
        try:
            call = change(caller(vendor, variables))
        except WebError as problem:
            yield from (Outcome(each, good=False, status=0, said=str(problem)) for each in left)
        else:
            yield from CALLS[vendor](call, environment, left)


def _vendor(target: Target) -> str:
    return target.vendor


def line(result: Outcome | Target, stack: str) -> str:
    """One result: what became of it, the HTTP status, vendor, receiver, object, and what was said."""
    if isinstance(result, Target):
        return _line("skipped", "-", result, f"it wakes somebody: YES={stack} agrees to that")
    status = str(result.status or "-")
    return _line("ok" if result.good else "FAILED", status, result.target, result.said)


def _line(outcome: str, status: str, target: Target, said: str) -> str:
    at = VENDORS[target.vendor].title
    return f"{outcome:7} {status:3} {at:7} {target.named}, {target.through}: {said}"
