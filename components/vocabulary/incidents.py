"""What belongs to an incident beside the alert: the public status page and the template of the post-mortem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import MISSING, Problem
from components.vocabulary.names import alike
from components.vocabulary.words import Slug, Text, Word, word


@word
class StatusPage(Word):
    """The public page on which users see what works. It is created unpublished; publishing is a manual step."""

    name: Slug
    title: Text
    _: KW_ONLY
    components: tuple[Text, ...]
    rows: str = ""

    def problems(self) -> Iterator[Problem]:
        """A page that says nothing of any part."""
        if not self.components:
            yield Problem("components", MISSING, "is empty: users would see no part.", '("API", "Website")')
        for part in {part for part in self.components if self.components.count(part) > 1}:
            yield Problem("components", part, "stands there more than once.", "each part once")
        for one, other in alike(self.components, lambda part: "-".join(re.findall(r"\w+", part.lower()))):
            yield Problem(
                "components", other, f"can't be told from {one!r}: one would replace the other.", "one of them"
            )


@word
class PostMortem(Word):
    """The kind of incident a product has, and the template of the document written after one."""

    name: Text
    template: Text
    _: KW_ONLY
    rows: str = ""
