"""What guards a thing, said where the thing is named: who is told when it falls silent, runs out or runs too fast.

A severity alone is enough: `if_silent=P2`. The alert's name, texts and rows follow from what is guarded; each can be
replaced. Things with the same guard share one alert. What alerts these make: guarded.py.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, field
from typing import Literal

from components.vocabulary.people import Severity
from components.vocabulary.quantities import Amount, Duration, days, hours
from components.vocabulary.words import Slug, Word, word


@word
class Guard(Word):
    """Who is told, and where `alert`, `summary`, `runbook` or `rows` differ from the usual, what stands there.

    `Guard(P3, alert="logs-nearly-full")`.
    """

    severity: Severity
    _: KW_ONLY
    alert: Slug | None = None
    summary: str = ""
    runbook: str = ""
    rows: str = ""


@word
class Silence(Guard):
    """Nothing was received for so long: `after` is to be longer than what is guarded is ever legitimately silent."""

    after: Duration = field(default=hours(1), kw_only=True)


@word
class Expiry(Guard):
    """A certificate ends within that time."""

    within: Duration = field(default=days(14), kw_only=True)


@word
class Burn(Guard):
    """An error budget goes `rate` times as fast as its period allows, over `within` and a twelfth of it.

    `Burn(P1, rate=14.4, within=hours(1), at_least=times(50))`.
    """

    rate: int | float = field(kw_only=True)
    within: Duration = field(kw_only=True)
    at_least: Amount | None = field(default=None, kw_only=True)


@word
class BurnRate(Word):
    """How fast an error budget goes, over how long, and who is told of that: `BurnRate(6, hours(6), "page")`."""

    rate: int | float
    within: Duration
    who: Literal["page", "ticket"]


# Google's SRE workbook, chapter 5, table 5-8, for a period of 30 days.
WORKBOOK = (
    BurnRate(14.4, hours(1), "page"),
    BurnRate(6, hours(6), "page"),
    BurnRate(1, days(3), "ticket"),
)


def burn_rates(
    *,
    page: Severity,
    ticket: Severity,
    at_least: Amount | None = None,
    windows: tuple[BurnRate, ...] = WORKBOOK,
) -> tuple[Burn, ...]:
    """The usual alerts on an objective: `burn_rates(page=P1, ticket=P3, at_least=times(50))`. A Burn is one of them.

    `at_least` is the gate: events in the long window, of a check probes that failed in it. Where a vendor doesn't look
    back on three days, say so in `windows`: (*WORKBOOK[:2], BurnRate(3, days(1), "ticket")).
    """
    told = {"page": page, "ticket": ticket}
    return tuple(Burn(told[at.who], rate=at.rate, within=at.within, at_least=at_least) for at in windows)
