"""Numbers with units. A number is written once, with its unit, and converted once, at the vendor's edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from components.problems import Problem
from components.vocabulary.words import Word, word


class Unit(StrEnum):
    """The unit a metric is emitted in; it decides which quantities the metric can be compared with."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    RATIO = "ratio"  # 0 to 1
    PERCENT = "percent"  # 0 to 100
    COUNT = "count"
    PER_SECOND = "per second"
    BYTES = "bytes"
    MONEY = "money"  # in the currency that its tag names

    @property
    def example(self) -> str:
        """How a quantity is written that can be compared with it."""
        return EXAMPLES[self]

    @property
    def means(self) -> str:
        """What a number in it is: `is measured in seconds`, `is a count`."""
        return MEANS.get(self, f"is measured in {self}")


MEANS = {
    Unit.RATIO: "is a share from 0 to 1",
    Unit.PERCENT: "is a share from 0 to 100 %",
    Unit.COUNT: "is a count",
    Unit.PER_SECOND: "is a rate per second",
    Unit.MONEY: "is an amount of money",
}
EXAMPLES = {
    Unit.SECONDS: "seconds(3)",
    Unit.MILLISECONDS: "milliseconds(500)",
    Unit.RATIO: "percent(5)",
    Unit.PERCENT: "percent(5)",
    Unit.COUNT: "times(20)",
    Unit.PER_SECOND: "per_second(50)",
    Unit.BYTES: "mebibytes(512)",
    Unit.MONEY: "money(1000)",
}


class Quantity(Word):
    """A number as somebody wrote it, with its unit. Compares and converts within its dimension only."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {}
    SIGNS: ClassVar[Mapping[str, str]] = {}
    number: Decimal
    unit: str

    def to(self, unit: str) -> Decimal:
        """The plain number in another unit of the dimension. Raises KeyError when it is of another dimension."""
        return self.number * self.UNITS[self.unit] / self.UNITS[unit]

    def measures(self, unit: str) -> bool:
        """Whether a metric in that unit can be compared with this quantity."""
        return unit in self.UNITS

    def problems(self) -> Iterator[Problem]:
        """Less than nothing."""
        if self.number < 0:
            yield Problem("number", str(self), "is negative, which no measurement is.", "0 or more")

    def __lt__(self, other: Self) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.number * self.UNITS[self.unit] < other.number * other.UNITS[other.unit]

    def __eq__(self, other: object) -> bool:
        """`minutes(60)` is `hours(1)`: vendors' lists of windows are looked up by what a quantity means."""
        if not isinstance(other, Quantity) or type(self) is not type(other):
            return False
        return self.number * self.UNITS[self.unit] == other.number * other.UNITS[other.unit]

    def __hash__(self) -> int:
        return hash((type(self), self.number * self.UNITS[self.unit]))

    def __str__(self) -> str:
        """As a person reads it: `5 %`, `10 minutes`, `1 hour`."""
        sign = self.SIGNS.get(self.unit, self.unit)
        if self.number == 1 and sign.endswith("s") and sign != "ms":
            sign = sign[:-1]
        return f"{plain(self.number)} {sign}".strip()


@word
class Share(Quantity):
    """Part of a whole, held as percent or ratio."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {"ratio": Decimal(1), "percent": Decimal("0.01")}
    SIGNS: ClassVar[Mapping[str, str]] = {"percent": "%", "ratio": ""}
    number: Decimal
    unit: str


@word
class Duration(Quantity):
    """A length of time: a window, a latency, an interval."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {
        "milliseconds": Decimal("0.001"),
        "seconds": Decimal(1),
        "minutes": Decimal(60),
        "hours": Decimal(3600),
        "days": Decimal(86400),
    }
    SIGNS: ClassVar[Mapping[str, str]] = {"milliseconds": "ms"}
    number: Decimal
    unit: str

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded down."""
        return int(self.to("seconds"))

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded down."""
        return int(self.to("minutes"))

    def __truediv__(self, parts: int) -> Duration:
        """One of so many equal parts."""
        return Duration(self.number / parts, self.unit)

    def natural(self) -> Duration:
        """The same length in hours where it is a whole number of them, else in minutes."""
        unit = "minutes" if self.to("hours") % 1 else "hours"
        return Duration(self.to(unit), unit)

    def problems(self) -> Iterator[Problem]:
        """Nothing, or less."""
        if self.number <= 0:
            yield Problem("number", str(self), "isn't a length of time.", "a number above 0")


@word
class Amount(Quantity):
    """How many: events, calls, connections."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {"count": Decimal(1)}
    SIGNS: ClassVar[Mapping[str, str]] = {"count": ""}
    number: Decimal
    unit: str


@word
class Frequency(Quantity):
    """How often per time: what a rate is compared with."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {"per second": Decimal(1)}
    number: Decimal
    unit: str


@word
class Size(Quantity):
    """How many bytes; a mebibyte is 1024 times 1024 of them."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {"bytes": Decimal(1), "MiB": Decimal(2**20), "GiB": Decimal(2**30)}
    number: Decimal
    unit: str


@word
class Money(Quantity):
    """An amount of money, in the currency that the metric is kept in."""

    UNITS: ClassVar[Mapping[str, Decimal]] = {"money": Decimal(1)}
    SIGNS: ClassVar[Mapping[str, str]] = {"money": "in the metric's currency"}
    number: Decimal
    unit: str


def between(field: str, length: Duration | None, shortest: Duration, longest: Duration) -> Iterator[Problem]:
    """A time that no vendor waits for or looks back on."""
    if length is None:
        return
    if length < shortest or longest < length or length.to("seconds") % 1:
        why = "isn't a time that any vendor supports."
        yield Problem(field, str(length), why, f"whole seconds, from {shortest} to {longest}")


def percent(number: float) -> Share:
    """`percent(5)`: five in a hundred."""
    return Share(_exact(number), "percent")


def ratio(number: float) -> Share:
    """`ratio(0.05)`: the same as percent(5), written as the fraction."""
    return Share(_exact(number), "ratio")


def milliseconds(number: float) -> Duration:
    """`milliseconds(500)`."""
    return Duration(_exact(number), "milliseconds")


def seconds(number: float) -> Duration:
    """`seconds(3)`."""
    return Duration(_exact(number), "seconds")


def minutes(number: float) -> Duration:
    """`minutes(10)`."""
    return Duration(_exact(number), "minutes")


def hours(number: float) -> Duration:
    """`hours(1)`."""
    return Duration(_exact(number), "hours")


def days(number: float) -> Duration:
    """`days(30)`."""
    return Duration(_exact(number), "days")


def times(number: float) -> Amount:
    """`times(20)`: twenty events, calls, or whatever is counted."""
    return Amount(_exact(number), "count")


def per_second(number: float) -> Frequency:
    """`per_second(50)`."""
    return Frequency(_exact(number), "per second")


def mebibytes(number: float) -> Size:
    """`mebibytes(512)`."""
    return Size(_exact(number), "MiB")


def gibibytes(number: float) -> Size:
    """`gibibytes(2)`."""
    return Size(_exact(number), "GiB")


def money(number: float) -> Money:
    """`money(1000)`: in the currency that the metric is kept in."""
    return Money(_exact(number), "money")


def plain(number: Decimal) -> str:
    """A number without exponent and trailing zeros: 0.05, 300."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exact(number: Any) -> Any:
    """The decimal a person wrote (0.1 is 0.1); what isn't a number is left for the word to refuse."""
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return Decimal(str(number)) if is_number else number
