"""What no text in a product file may hold, wherever it ends up: a handle, a template, a line break."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from components.problems import Problem

# Datadog notifies whoever an `@` names that no letter stands before, wherever it stands in a message; Slack expands
# `<!channel>` and `<@U…>`. An e-mail address has a letter before its `@`.
HANDLE = re.compile(r"(?<!\w)@\w|<[@!]\w")
BRACES = re.compile(r"\{\{|\}\}")
# What turns the direction of the rest of a line: a reviewer would read another order than there is.
TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def problems(word: object, verbatim: tuple[str, ...]) -> Iterator[Problem]:
    """What is wrong with a word's texts; those of `verbatim` fields are matched or called, never sent as a text."""
    for field in dataclasses.fields(word) if dataclasses.is_dataclass(word) else ():
        for text in _texts(getattr(word, field.name)):
            if CONTROL.search(text):
                why = "has a line break or another control character, which breaks queries, tables and lists."
                yield Problem(field.name, text, why, "one line")
            if TURNS.search(text):
                why = (
                    "has an invisible character that changes the writing direction, so it reads differently than it is."
                )
                yield Problem(field.name, text, why, "the text without it")
            if field.name in verbatim:
                continue
            found = HANDLE.search(text)
            if found:
                why = (
                    f"has a handle ({text[found.start() :].split()[0]}), which would notify somebody from every stack."
                )
                yield Problem(field.name, text, why, "the name without its @; receivers belong in tell= or notify:")
            if BRACES.search(text):
                why = "has braces that vendors take for a template."
                yield Problem(field.name, text, why, "a text without double braces")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (*_texts(key), *_texts(part))
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
