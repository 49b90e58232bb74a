"""Signals worked out on a story, by their definition: over exact windows, without any query."""

from __future__ import annotations

from components.vocabulary.at_datadog import LogsStored
from components.vocabulary.at_sentry import ErrorCount
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind
from components.vocabulary.signals import Count, Level, Percentile, Rate, Ratio, Total, Used
from components.vocabulary.thresholds import Signal
from proof.story import Story


def beyond(sense: str, value: float, limit: float) -> bool:
    """Strictly."""
    return value > limit if sense == "above" else value < limit


def measured(signal: Signal, story: Story, now: int, window: int) -> tuple[float | None, float]:
    """A signal over a window, and how many events that was (per second, of gauges); None while it can't be known."""
    parts = story.parts(now - window, now)
    length = sum(length for length, _ in parts)
    if isinstance(signal, LogCount | ErrorCount):
        lines = len([at for at in story.events(window) if now - window < at <= now])
        return float(lines), float(lines)
    if not parts:
        return None, 0.0
    events = sum(length * phase.rate for length, phase in parts)
    match signal:
        case Level(taking=taking):
            values = [phase.value for _, phase in parts]
            mean = sum(length * phase.value for length, phase in parts) / length
            return {"maximum": max(values), "minimum": min(values)}.get(taking, mean), events
        case Used():
            return sum(each * phase.value for each, phase in parts) / length, events
        case Rate():
            return sum(each * phase.value for each, phase in parts) / window, events
        case Count() | Total() | LogsStored():
            return sum(each * phase.value for each, phase in parts) / window, events
    if not events:
        return None, 0.0
    if isinstance(signal, Percentile):
        below = 0.0
        for each, phase in sorted(parts, key=lambda part: part[1].value):
            below += each * phase.rate
            if below >= events * signal.rank / 100:
                return phase.value, events
    gauges = isinstance(signal, Ratio) and signal.part.kind is Kind.GAUGE
    return (
        sum(each * phase.rate * phase.value for each, phase in parts) / events,
        events / length if gauges else events,
    )
