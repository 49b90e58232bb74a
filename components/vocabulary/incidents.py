"""What belongs to an incident beside the alert: the public status page and the template of the post-mortem."""

from __future__ import annotations

from dataclasses import KW_ONLY

from components.vocabulary.words import Word, word


@word
class StatusPage(Word):
    """The public page on which users see what works. It is created unpublished; publishing is a manual step."""

    name: str
    title: str
    _: KW_ONLY
    components: tuple[str, ...]
    rows: str


@word
class PostMortem(Word):
    """The kind of incident a product has, and the template of the document written after one."""

    name: str
    template: str
    _: KW_ONLY
    rows: str
