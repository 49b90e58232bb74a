"""SVG and HTML by elements whose texts and attributes are escaped, whatever is in them."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, *children: object, **attributes: object) -> Markup:
    """An element; `class_` is `class`, and `_` in a name is `-`. An attribute that is None is left out."""
    said = Markup("").join(
        Markup(' {}="{}"').format(Markup(key.rstrip("_").replace("_", "-")), value)  # noqa: S704  # names are ours
        for key, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), said, joined(children))  # noqa: S704


def joined(parts: Iterable[object]) -> Markup:
    """One after the other, each escaped unless it is made of elements."""
    return Markup("").join(map(escape, parts))


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")
