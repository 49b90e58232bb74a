"""Pages from templates: one file with its style and script in it, which loads nothing and may not.

Texts are escaped by the template library (autoescape); Markdown is rendered without HTML, links or pictures.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from review.drawn.data import Data
from review.drawn.drawing import drawing
from review.drawn.panels import KINDS, Panel

TEMPLATES = Path(__file__).with_name("templates")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"markdown": markdown, "inline": inline}
    return made


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("js-default").disable(["link", "image", "autolink", "linkify"])


def markdown(text: str) -> Markup:
    """Blocks of Markdown: tables, lists, paragraphs. A heading of level 2 is one of level 4, below the page's own."""
    tokens = _markdown().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + 2)}"
    return Markup(_markdown().renderer.render(tokens, _markdown().options, {}))  # noqa: S704  # HTML in it is escaped


def inline(text: str) -> Markup:
    """One line of Markdown."""
    return Markup(_markdown().renderInline(text))  # noqa: S704  # HTML in it is escaped


def page(template: str, **context: object) -> str:
    """A whole page."""

    def panel(data: Data, each: Panel, stack: str) -> dict[str, object]:
        drawn = data(each, stack)
        return {"svg": drawing(drawn), "mark": drawn.mark}

    style, script = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    shared = {"style": Markup(style), "script": Markup(script), "digest": digest, "drawn": panel, "kinds": KINDS}  # noqa: S704  # our own
    return _environment().get_template(template).render(**shared, **context)
