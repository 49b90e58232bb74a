"""Guards, written on what they guard: who is notified when it falls silent, runs out or burns too fast.

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
    """Who is notified, and `alert`, `summary`, `runbook` or `rows` if they differ from the defaults.

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
    """Nothing was received for `after`, which has to be longer than any legitimate silence."""

    after: Duration = field(default=hours(1), kw_only=True)


@word
class Expiry(Guard):
    """A certificate expires within that time."""

    within: Duration = field(default=days(14), kw_only=True)


@word
class Burn(Guard):
    """An error budget burns `rate` times as fast as its period allows, over `within` and a twelfth of it.

    `Burn(P1, rate=14.4, within=hours(1), at_least=times(50))`.
    """

    rate: int | float = field(kw_only=True)
    within: Duration = field(kw_only=True)
    at_least: Amount | None = field(default=None, kw_only=True)


@word
class BurnRate(Word):
    """How fast an error budget burns, over how long, and who is notified: `BurnRate(6, hours(6), "page")`."""

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

    `at_least` is the gate: events in the long window, for a check failed probes. If a vendor doesn't look back three
    days, set `windows`: (*WORKBOOK[:2], BurnRate(3, days(1), "ticket")).
    """
    told = {"page": page, "ticket": ticket}
    return tuple(Burn(told[at.who], rate=at.rate, within=at.within, at_least=at_least) for at in windows)
