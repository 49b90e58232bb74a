"""A sign of life of the monitoring itself: an alert that always fires, to a service that notices its absence."""

from __future__ import annotations

from dataclasses import KW_ONLY

from components.vocabulary.metrics import Measured
from components.vocabulary.people import Webhook
from components.vocabulary.words import Word, word


@word
class Heartbeat(Word):
    """Tells an external dead man's switch, in every environment, that alerts are evaluated and delivered.

    Each vendor that can calls its own address; the switch behind it alerts when the calls stop (docs/delivery.md). `of`
    is a metric that never stops while the environment lives, for vendors that evaluate nothing without one.
    `Heartbeat(Webhook("deadman"), of=SLOTS)`
    """

    tell: Webhook
    _: KW_ONLY
    of: Measured | None = None
    rows: str = ""
