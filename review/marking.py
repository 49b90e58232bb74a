"""Texts in Markdown that nothing can break: code spans, and a page within GitHub's limit, filled by weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from review.shortening import NONE, pair

LIMIT = 60_000  # GitHub takes 65,536
WIDTH = 120
LONGEST = 250
SHOWN = 8
QUOTED = re.compile(r"(?:was=)?'[^']*'")
TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # the direction of writing, for the rest of the line
# What GitHub makes a link of although there is no mark in it: an issue as `GH-12`, a commit by its hash.
LINKED = re.compile(r"(?<![^\W_])(?:GH-\d|[0-9a-f]{7,40}(?![^\W_]))", re.IGNORECASE)
# What Markdown, HTML, a mention or a link can be made of.
MARKS = re.compile(rf"[@#<>|`*\[\]\\&\n]|://|www\.|{TURNS.pattern}|(?i:{LINKED.pattern})")
RESERVED = 600  # for what says that something was left out


@dataclass
class Section:
    """A heading and its lines, the most important first. `folded`: shown when somebody opens it."""

    title: str
    lines: list[str] = field(default_factory=list)
    folded: bool = False


def code(text: object) -> str:
    """A text as a code span, on one line, whatever is in it; invisible turns of direction are written out."""
    line = TURNS.sub(lambda found: f"\\u{ord(found[0]):04x}", " ".join(str(text).split()))
    line = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    space = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{fence}{space}{line}{space}{fence}"


def word(text: str) -> str:
    """A kind, a field or a stack, which are words; nothing else is left of it."""
    left = re.sub(r"[^\w ,-]", "", text)[:60]
    return code(left) if LINKED.search(left) else left


def arrow(before: str | None, after: str | None, width: int = WIDTH) -> str:
    """A value before and after, what they have in common left out when they are long."""
    one, other = pair(before, after, width)
    return f"{one if one == NONE else code(one)} → {other if other == NONE else code(other)}"


def prose(text: str) -> str:
    """A sentence of ours that may hold a name: what is quoted becomes code, or all of it where a name is strange."""
    if MARKS.search(QUOTED.sub("", text)):
        return code(text)
    return QUOTED.sub(lambda found: code(found[0].replace("'", '"')), text)


def several(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(code, names[:SHOWN])) + more


def quoted(was: str) -> str:
    """What to write, so that a rename is known to be one."""
    return code(f'was="{was}"')


def safe(text: str) -> str:
    """Words of ours around values: whatever Markdown, HTML or a mention could be made of becomes code."""
    return code(text) if MARKS.search(text) else text


def fitted(head: Sequence[str], sections: Sequence[Section], whole: str = "`make preview` shows all") -> str:
    """Fill up to the limit in the order of weight; say of each section how much was left out, and what shows it."""
    lines = list(head)
    room = LIMIT - sum(len(line) + 1 for line in head) - RESERVED
    for section in sections:
        body, left = [], len(section.lines)
        fence = _fence(section.lines)
        frame = [f"#### {section.title}", ""]
        if section.folded:
            frame = ["<details><summary>", "", section.title, "", "</summary>", "", f"{fence}diff"]
        closing = [fence, "", "</details>"] if section.folded else []
        room -= sum(len(line) + 1 for line in (*frame, *closing)) + 100
        for line in section.lines:
            if room < len(line) + 1:
                break
            body.append(line)
            room -= len(line) + 1
            left -= 1
        rest = [f"{'' if section.folded else '- '}and {left} more, left out for length: {whole}"] if left else []
        if body or rest:
            lines += [*frame, *body, *rest, *closing, ""]
    return "\n".join(lines).rstrip() + "\n"


def _fence(lines: Sequence[str]) -> str:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    return "`" * max(3, longest + 1)
