"""What the application has to do so that its monitoring means anything; it becomes the application contract."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Literal

from components.vocabulary.words import Text, Word, word

Topic = Literal["metrics", "traces", "logs", "error tracking", "endpoints", "agent", "people"]


@word
class Need(Word):
    """Something that no vendor's configuration can do: the application's, the agent's or the team's part.

    `why` says what stays silent or wrong without it.
    """

    VERBATIM = ("what", "why")  # for the team that reads the contract: no vendor is sent it

    topic: Topic
    what: Text
    _: KW_ONLY
    why: Text
    rows: str
