"""Writes docs/vocabulary.md: each word of a product file, from the classes themselves.

Fields come from annotations and defaults, examples from code that runs (starter.py, then the shortest of the products
that are shown), and what a word becomes from declaring it.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import enum
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import components.vocabulary as words
from components.vocabulary.forms import FORMS
from components.vocabulary.words import WRITTEN, Word, called, in_order
from review.becomes import SHOWN, becomes
from review.recorder import ROOT

HEAD = """<!-- Written by `make docs` from components/vocabulary/; changes made here are lost. -->

# The words of a product file

A product file imports them all, `from components.vocabulary import *`, and ends with `PRODUCT = Product(…)`. The first
fields of a word may be passed by position; those below the line "by name" only by name. `make new PRODUCT=shop` writes
a starter file. Anything that can't work is refused, with what to write instead; `make plan` checks it in seconds.

`rows` are the ids of the rows in a product's monitoring document that a word covers, such as `"TIK-03 TIK-107"`; a
product without a document has none. "Becomes" shows what a real use in production declares, with one of its queries.
"""
STARTER = Path(__file__).with_name("starter.py")


class _Uses:
    """Where words are used in code that runs: the starter's use before the shortest in the products that are shown."""

    def __init__(self) -> None:
        self.calls: dict[str, str] = {}
        self.methods: dict[str, str] = {}
        shown = [ROOT / "stacks" / f"{name.replace('-', '_')}.py" for name in SHOWN]
        for files in ([STARTER], [file for file in shown if file.exists()]):
            calls: dict[str, list[str]] = {}
            methods: dict[str, list[str]] = {}
            properties: dict[str, list[str]] = {}
            for file in files:
                text = file.read_text(encoding="utf-8")
                lines = text.encode().splitlines(keepends=True)
                for node in ast.walk(ast.parse(text)):
                    match node:
                        case ast.Call(func=ast.Name(name)) | ast.Attribute(value=ast.Name(name)):
                            calls.setdefault(name, []).append(_source(lines, node))
                    match node:
                        case ast.Call(func=ast.Attribute(attr=name)):
                            methods.setdefault(name, []).append(_source(lines, node))
                        case ast.Attribute(attr=name):
                            properties.setdefault(name, []).append(_source(lines, node))
            # A method that is called is an attribute, too.
            for kept, found in ((self.calls, calls), (self.methods, methods), (self.methods, properties)):
                kept.update({name: min(each, key=len) for name, each in found.items() if name not in kept})


def _source(lines: Sequence[bytes], node: ast.expr) -> str:
    """As it is written, moved to the left as far as its first line is.

    ast.get_source_segment would split the whole file for each node.
    """
    written = list(lines[node.lineno - 1 : node.end_lineno])
    margin = " " * (len(written[0]) - len(written[0].lstrip()))
    written[-1] = written[-1][: node.end_col_offset]
    written[0] = written[0][node.col_offset :]
    return b"".join(written).decode().replace(f"\n{margin}", "\n")


@cache
def vocabulary() -> str:
    """The page."""
    uses, became = _Uses(), becomes()
    lines = [HEAD]
    exported = {name: getattr(words, name) for name in words.__all__}
    named = {name: each for name, each in exported.items() if isinstance(each, type) or inspect.isfunction(each)}
    for module, group in _groups(named).items():
        lines += [f"## {(inspect.getdoc(sys.modules[module]) or module).partition(chr(10))[0].rstrip('.')}", ""]
        for word in group:
            name = word.__name__
            lines += [f"### {name}", "", *_about(word), ""]
            shared = " and ".join(f"[{base.__name__}](#{base.__name__.lower()})" for base in _bases(word))
            lines += [f"It has the methods of {shared}.", ""] if shared else []
            lines += [*_fields(word, named), *_methods(word, uses, named)]
            example = uses.calls.get(name) or written(word)
            if example:
                lines += ["```python", example, "```", ""]
            for each in became.get(name, {}).values():
                lines += [f"Becomes in {each.vendor}: {each.resources}."]
                lines += ["", "```text", each.query, "```"] if each.query else []
                lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def written(word: Any) -> str:
    """The example in a word's own docstring, for one that no product uses: `money(1000)`."""
    found = re.search(rf"`({word.__name__}\([^`]*\))`", " ".join((inspect.getdoc(word) or "").split()))
    return found[1] if found else ""


def _groups(named: dict[str, Any]) -> dict[str, list[Any]]:
    """By module, the product first; in each, what several words have in common before them."""
    groups: dict[str, list[Any]] = {words.Product.__module__: [words.Product]}
    for word in sorted(named.values(), key=lambda each: (each.__module__, inspect.getsourcelines(each)[1])):
        group = groups.setdefault(word.__module__, [])
        for base in reversed(_bases(word)):
            of_base = groups.setdefault(base.__module__, [])
            of_base += [] if base in of_base else [base]
        group += [] if word in group else [word]
    return groups


def _bases(word: Any) -> list[type]:
    """What several words have in common, where that is more than being a word: `Signal`."""
    if not isinstance(word, type) or not issubclass(word, Word):
        return []
    return [base for base in word.__mro__[1:] if issubclass(base, Word) and base is not Word and list(_own(base))]


def _own(cls: type) -> Iterator[tuple[str, Any]]:
    """The methods and properties of a class that make another word of it."""
    for name, member in vars(cls).items():
        made = inspect.unwrap(getattr(member, "func", None) or getattr(member, "fget", None) or member)
        overrides = any(name in vars(base) for base in cls.__mro__[1:])  # such as one that refuses: the base has it
        if name.startswith("_") or overrides or not inspect.isfunction(made):
            continue
        annotation = str(inspect.signature(made).return_annotation)
        returns = cls if annotation == "Self" else made.__globals__.get(annotation)
        if isinstance(returns, type) and issubclass(returns, Word):
            yield name, made


def _about(word: Any) -> Iterator[str]:
    text = inspect.getdoc(word) or ""
    yield from text.splitlines()
    if isinstance(word, type) and issubclass(word, enum.Enum):
        source = inspect.getsource(word)
        yield from ["", "| Member | Value | |", "|---|---|---|"]
        for member in word:
            comment = re.search(rf"^    {member.name} = .*?  # (.*)$", source, re.MULTILINE)
            yield f"| `{word.__name__}.{member.name}` | {member.value} | {comment[1] if comment else ''} |"


def _fields(word: Any, named: dict[str, Any]) -> Iterator[str]:
    if isinstance(word, type) and not (dataclasses.is_dataclass(word) and word.__name__ in named):
        return
    if isinstance(word, type):
        given = [
            (each.name, str(each.type), _default(each), each.kw_only is True) for each in in_order(word) if each.init
        ]
        scope = sys.modules[word.__module__].__dict__
    else:
        given, scope = _parameters(word), word.__globals__
    if given:
        yield from ["| Field | What belongs there | Left out |", "|---|---|---|"]
        for place, (name, kind, default, by_name) in enumerate(given):
            if by_name and not (place and given[place - 1][3]):
                yield "| *by name* | | |"
            yield f"| `{name}` | {_kind(ast.parse(kind, mode='eval').body, scope, named)} | {default} |"
        yield ""


def _parameters(function: Any) -> list[tuple[str, str, str, bool]]:
    return [
        (each.name, str(each.annotation), _shown(each.default), each.kind is each.KEYWORD_ONLY)
        for each in inspect.signature(function).parameters.values()
        if each.name != "self"
    ]


def _methods(word: Any, uses: _Uses, named: dict[str, Any]) -> Iterator[str]:
    """What is made of it by a method that product files use."""
    for name, made in _own(word) if isinstance(word, type) else ():
        if name not in uses.methods:
            continue
        is_property = not inspect.isfunction(vars(word)[name])
        about = " ".join((inspect.getdoc(made) or "").split())
        yield from [f"`.{name}{'' if is_property else '(…)'}`: {about}", ""]
        given = _parameters(made)
        for field, kind, default, by_name in given:
            how = f"{', by name' if by_name else ''}{f'; left out: {default}' if default != 'required' else ''}"
            what = (
                "any" if kind.endswith("empty'>") else _kind(ast.parse(kind, mode="eval").body, made.__globals__, named)
            )
            yield f"- `{field}`{how}: {what}"
        yield from ["", "```python", uses.methods[name], "```", ""] if not is_property else []


def _default(field: Any) -> str:
    made = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
    return _shown(made)


def _shown(value: object) -> str:
    if value in (dataclasses.MISSING, inspect.Parameter.empty):
        return "required"
    if isinstance(value, enum.Enum):
        return f"`{type(value).__name__}.{value.name}`"
    if value is None or value in ((), ""):
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if not isinstance(value, Word):
        return f"`{value!r}`"
    if type(value).__str__ is not object.__str__:
        return str(value)
    made: Any = value  # every word is a dataclass, which mypy can't see
    fields = [getattr(value, each.name) for each in dataclasses.fields(made)]
    return f"{type(value).__name__}({', '.join(map(_shown, fields))})".replace("`", "")


def _kind(node: ast.expr, scope: dict[str, Any], named: dict[str, Any]) -> str:
    """A type as a person writes what is of it."""
    match node:
        case ast.BinOp(left, ast.BitOr(), ast.Constant(None)):
            return _kind(left, scope, named)
        case ast.BinOp(left, ast.BitOr(), right):
            return f"{_kind(left, scope, named)}; or {_kind(right, scope, named)}"
        case ast.Subscript(ast.Name("tuple"), ast.Tuple([part, ast.Constant(value)])) if value is Ellipsis:
            return f"a tuple, each {_kind(part, scope, named)}"
        case ast.Subscript(ast.Name("Literal"), part):
            return " or ".join(f"`{ast.unparse(each)}`" for each in getattr(part, "elts", [part]))
        case ast.Name(name):
            return _name(name, scope, named)
        case ast.Subscript(ast.Name("Mapping"), ast.Tuple([key, value])):
            return f"{{…: …}} with {_kind(key, scope, named)}, and for each {_kind(value, scope, named)}"
        case _:
            return f"`{ast.unparse(node)}`"


def _name(name: str, scope: dict[str, Any], named: dict[str, Any]) -> str:
    found = scope.get(name, getattr(builtins, name, None))
    if name in FORMS:
        return f"a text: {FORMS[name][2]}" if name != "Text" else "a text"
    plain = {"str": "str", "bool": "bool_type", "int": "int_type", "float": "int_type", "Decimal": "Decimal"}
    if name in plain:
        return WRITTEN[plain[name]]
    if isinstance(found, type) and issubclass(found, Word | enum.Enum):
        kinds = [each for each, other in named.items() if isinstance(other, type) and issubclass(other, found)]
        links = ", ".join(f"[{each}](#{each.lower()})" for each in kinds)
        said = WRITTEN.get(name, f"{'an' if called(found)[0] in 'aeiou' else 'a'} {called(found)}")
        return f"{said} ({links})" if links else said
    if name in ("Options", "WidgetOptions"):
        return f"[vendor options](products.md#what-no-word-says): {WRITTEN[name]}"
    if get_origin(found) is Literal:
        return " or ".join(f"`{each!r}`" for each in get_args(found))
    return f"`{name}`"
