"""What a unit is called at each vendor: one entry per unit, the same columns for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from components.vocabulary.quantities import Unit


class Shown(NamedTuple):
    """How numbers of a unit are named and shown.

    `datadog` is its canonical unit name, "" for plain numbers; `grafana` the id of its format in panels. `suffix` ends
    the names of OpenTelemetry's metrics in Prometheus. `template` is the function of Grafana's annotations that writes
    a number of it, and `sign` what follows. `whole` is all there can be, where there is such a thing.
    """

    datadog: str
    grafana: str
    suffix: str = ""
    template: str = 'printf "%.4g"'
    sign: str = ""
    whole: int | None = None


UNITS: Mapping[Unit, Shown] = {
    Unit.SECONDS: Shown("second", "s", "seconds", template="humanizeDuration"),
    Unit.MILLISECONDS: Shown("millisecond", "ms", "milliseconds", sign=" ms"),
    Unit.RATIO: Shown("fraction", "percentunit", template="humanizePercentage", whole=1),
    Unit.PERCENT: Shown("percent", "percent", "percent", sign=" %", whole=100),
    Unit.COUNT: Shown("", "short"),
    Unit.PER_SECOND: Shown("", "cps"),
    Unit.BYTES: Shown("byte", "bytes", "bytes", template="humanize1024"),
    Unit.MONEY: Shown("", "none"),
}
