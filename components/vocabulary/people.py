"""Who is notified: receivers, and the severities that decide which of them get an alert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY
from typing import ClassVar, TypeAlias

from components.problems import MISSING, Problem
from components.vocabulary.calling import calls
from components.vocabulary.excuses import Excuse
from components.vocabulary.quantities import Duration, between, days, minutes
from components.vocabulary.words import Tag, Text, Word, several, word


class Receiver(Word):
    """Somewhere a notification goes. `wakes`: somebody is called or woken by it, day and night.

    `secret`: the form of the value with which a vendor reaches it, where one needs such a value, and what that is.
    """

    wakes: ClassVar[bool] = False
    kind: ClassVar[str] = ""
    secret: ClassVar[tuple[str, str]] = (r"\S+", "one word")
    name: str

    @property
    def key(self) -> str:
        """`slack-alerts`: for resource names and for the names of secrets."""
        return f"{self.kind}-{''.join(c if c.isalnum() else '-' for c in self.name).strip('-').lower()}"

    def __str__(self) -> str:
        """`Slack #alerts`."""
        return f"{type(self).__name__} {self.name}"


@word
class PagerDuty(Receiver):
    """A PagerDuty service. Calls and SMS follow the notification rules of the person on call there."""

    wakes = True
    kind = "pagerduty"
    # Events API v2: "the 32 character Integration Key"; examples have letters beyond f. Stand-ins pass, as below.
    secret = (r"[0-9A-Za-z]{32}|sandbox-secret-\S+", "the integration key: 32 letters and digits")
    name: Tag


@word
class Slack(Receiver):
    """A Slack channel, with its `#`."""

    VERBATIM = ("name",)
    kind = "slack"
    # Slack's hosts are those its webhooks have, not read in its documentation.
    secret = (
        r"https://(hooks\.slack(-gov)?\.com/(services|workflows|triggers)/\w+/\S+|hooks\.slack\.invalid/\S+)",
        "the address of an incoming webhook: https://hooks.slack.com/services/…",
    )
    name: str

    def problems(self) -> Iterator[Problem]:
        """A name that isn't a channel's."""
        if not re.fullmatch(r"#[\w-]{1,80}", self.name) or self.name != self.name.lower():
            channel = re.sub(r"[^\w-]+", "-", self.name.lower()).strip("-")[:80] or "alerts"
            yield Problem("name", self.name, "isn't a channel: it would reach a person or nobody.", f"#{channel}")


@word
class Email(Receiver):
    """One address; for several people a group's, so that joining the team needs no change here.

    `team` replaces the address for a vendor that only mails its own teams; default: the product's team.
    """

    VERBATIM = ("name",)
    kind = "email"
    name: str
    _: KW_ONLY
    team: Tag | None = None

    def problems(self) -> Iterator[Problem]:
        """An address without a mailbox or a domain; one that calls somebody, which mail does not."""
        if not re.fullmatch(r"\w[\w.+-]*@([a-z0-9-]+\.)+[a-z]{2,}", self.name, re.ASCII | re.IGNORECASE):
            yield Problem("name", self.name, "isn't an e-mail address, so mail to it would bounce.", "team@example.com")
        if calls(self.name.rpartition("@")[2]):
            why = "pages somebody, and mail is sent for everything, including warnings and staging."
            yield Problem("name", self.name, why, 'PagerDuty("…"), or an address of the team\'s own')


@word
class Webhook(Receiver):
    """A program that gets the alert as JSON: `Webhook("ops")`.

    Its address is a secret, its name tells it from others.
    """

    kind = "webhook"
    secret = (r"https://[\w.-]+(:\d+)?(/\S*)?|sandbox-secret-\S+", "the https address of the program")
    name: Tag


@word
class Severity(Word):
    """How bad an alert is, in the product's own terms, and what follows from that.

    `urgency` 1 (worst) to 5 orders severities across products and becomes a vendor's priority. `answer_within` is the
    time in which somebody has to look; `remind_every` repeats the notification while the alert lasts. If it still lasts
    after `escalate_after`, `escalate_to` are notified as well.
    """

    name: Tag
    title: Text
    _: KW_ONLY
    urgency: int
    answer_within: Duration
    tell: (
        Receiver | tuple[Receiver, ...]
    )  # nobody, for what only shows on dashboards: no alert can have such a severity
    rows: str = ""
    remind_every: Duration | None = None
    escalate_after: Duration | None = None
    escalate_to: Receiver | tuple[Receiver, ...] = ()
    excused: tuple[Excuse, ...] = ()
    was: Tag | None = None

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Who is told at once."""
        return several(self.tell)

    @property
    def escalated(self) -> tuple[Receiver, ...]:
        """Who is told later."""
        return several(self.escalate_to)

    @property
    def wakes(self) -> bool:
        """Whether one of its receivers wakes somebody."""
        return any(receiver.wakes for receiver in self.receivers)

    def __str__(self) -> str:
        """`P0 Critical`."""
        return self.name if self.name == self.title else f"{self.name} {self.title}"

    def problems(self) -> Iterator[Problem]:
        """An urgency outside 1 to 5; nobody told."""
        if not 1 <= self.urgency <= 5:  # noqa: PLR2004
            yield Problem("urgency", self.urgency, "isn't an urgency.", "1 (worst) to 5")
        for name in ("answer_within", "remind_every", "escalate_after"):
            yield from between(name, getattr(self, name), minutes(1), days(31))
        if bool(self.escalate_after) != bool(self.escalate_to):
            why = "and `escalate_to` go together."
            yield Problem("escalate_after", MISSING, why, "escalate_after=minutes(30), escalate_to=ON_CALL")


AnyReceiver: TypeAlias = PagerDuty | Slack | Email | Webhook


def known_receiver(receiver: Receiver) -> AnyReceiver:
    """One of the kinds there are: a `match` on it has to handle each of them, or mypy says which one it doesn't."""
    assert isinstance(receiver, AnyReceiver), type(receiver)
    return receiver
