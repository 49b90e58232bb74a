"""What a rule's state follows from, and nothing else: the last value that said something.

A rule compares one number, A, with its limit. A is the last value that was beyond the limit or was over again: values
between the two, and times without data, say neither and leave the state as it is. So a rule needs no `for`, no
recovery threshold and no math step. With those, Grafana's own memory decides: an evaluation that fails resolves an
alert that is between recovery and limit (`loaded_metrics_reader.go` looks at states without a reason only), and a
pending one fires when its `for` ends while the data source is silent (`resultKeepLast` in ngalert/state/state.go).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from components.grafana.memory import MEMORY
from components.grafana.promql import window
from components.vocabulary.quantities import Duration, days, minutes, plain, seconds

LOOKED_AT = minutes(1)
# Of what is computed over more than a day; every minute, 30 days take seconds to compute.
LOOKED_AT_RARELY = minutes(30)
HALF = seconds(30)  # so that a range holds as many looks whether or not Prometheus counts its left end


class Limits(NamedTuple):
    """On which side a value is too far, from where, and from where it is over; without that, when it isn't too far."""

    sign: Literal["<", ">"]
    limit: str
    recovery: str | None = None


@dataclass(frozen=True)
class Query:
    """What decides (`verdict`), the comparison that ends in an alert, and the signal's last value where it has one.

    `present`: what has an answer while any group is received, where groups are remembered from different moments on.
    """

    verdict: str
    over: Duration
    compare: Literal["gt", "lt"]
    limit: Decimal
    value: str = ""
    logs: bool = False
    present: str = ""

    @property
    def asked(self) -> str:
        """The verdict that a rule asks for: none at all while nothing is received, as a rule then keeps its state.

        Else the group that is forgotten first would count as missing, and its alert as over.
        """
        return f"({self.verdict}) and on () ({self.present})" if self.present else self.verdict

    def escalated(self, after: Duration) -> tuple[str, Decimal]:
        """How many of the last looks found the rule firing, and more than how many are all of that time."""
        sign = {"gt": ">", "lt": "<"}[self.compare]
        looks = _looks(after)
        held = f"({self.verdict}) {sign} bool {plain(self.limit)}"
        # Looks lie on whole minutes, and Grafana evaluates at any second: this range holds so many at each of them.
        lasted = window(Duration(looks * LOOKED_AT.to("seconds"), "seconds"))
        return f"sum_over_time(({held})[{lasted}:{window(LOOKED_AT)}])", Decimal(looks - 1)


def verdict_of(value: str, ungated: str, limits: Limits, lasting: Duration | None) -> str:
    """The value where it fires (beyond the limit, for some time) or is over (beyond recovery); else nothing."""
    sign, limit, recovery = limits
    if recovery is None and lasting is None and value == ungated:
        return value
    fires = f"({value}) {sign} {limit}"
    if lasting:
        looks = _looks(lasting)
        fires = f"{fires} and count_over_time(({fires})[{_range(looks)}:{window(LOOKED_AT)}]) >= {looks}"
    opposite = {">": "<", "<": ">"}[sign]
    return f"{fires} or ({ungated}) {f'{opposite}= {limit}' if recovery is None else f'{opposite} {recovery}'}"


def kept(verdict: str, over: Duration) -> str:
    """The last verdict, for as long as one is remembered."""
    step = LOOKED_AT_RARELY if days(1) < over else LOOKED_AT
    return f"last_over_time(({verdict})[{window(MEMORY)}:{window(step)}])"


def _looks(lasting: Duration) -> int:
    """How many looks, a minute apart, span a time: both ends count."""
    return -(-lasting.seconds // LOOKED_AT.seconds) + 1


def _range(looks: int) -> str:
    return window(Duration((looks - 1) * LOOKED_AT.to("seconds") + HALF.to("seconds"), "seconds"))
