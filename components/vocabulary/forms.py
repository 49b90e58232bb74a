"""Texts that have to have a form, as they become part of names, queries and links."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

# What each is, why, and what to write instead.
FORMS = {
    "Slug": (r"[a-z0-9]+(-[a-z0-9]+)*", "can't be part of ids and links.", "lower case words joined by hyphens"),
    "Tag": (r"\w[\w.:/-]*", "can't be part of tags, handles and queries.", "one word of letters, digits and . _ : / -"),
    "Text": (r"(?s).*\S.*", "says nothing to the reader.", "a text"),
    "Name": (
        r"[A-Za-z_:][\w.:/-]{0,199}",
        "isn't a name that the vendors accept.",
        "letters, digits and . _ : / -, a letter first, at most 200",
    ),
    "Label": (
        r"[A-Za-z_][\w./-]{0,199}",
        "isn't a valid name for a tag or a field.",
        "letters, digits and . _ / -, a letter first, at most 200",
    ),
    "Value": (
        r"\S(.{0,198}\S)?",
        "isn't a valid value for a tag or a field.",
        "one line without spaces around it",
    ),
}


def _formed(form: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(FORMS[form][0], text, 0 if form in ("Text", "Value") else re.ASCII):
            raise PydanticCustomError("form", "{form}", {"form": form})
        return text

    return AfterValidator(check)


Slug = Annotated[str, _formed("Slug")]  # a name that becomes part of ids and links at every vendor
Tag = Annotated[str, _formed("Tag")]  # a name that somebody else has given: a service, a team, a channel
Text = Annotated[str, _formed("Text")]  # what a person reads
Name = Annotated[str, _formed("Name")]  # what a metric, a service check or an operation is called by its emitter
Label = Annotated[str, _formed("Label")]  # the name of a tag, or of a field of log events
Value = Annotated[str, _formed("Value")]  # the value of a tag or a field
