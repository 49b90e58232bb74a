"""What every word of the vocabulary has in common: closed, frozen, and clear about what is wrong with it."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import ErrorDetails

from components.problems import MISSING, InvalidDeclarationError, Problem, collected, nearest
from components.vocabulary import texts
from components.vocabulary.forms import FORMS, Label, Name, Slug, Tag, Text, Value

__all__ = ["Label", "Name", "Slug", "Tag", "Text", "Value", "Word", "several", "word"]

CLOSED = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)
BETWEEN = (str(Path(__file__).parent), dataclasses.__file__)  # what stands between a product file and a word's making
NUMBERS = "a number with its unit: percent(5), seconds(3), times(20), per_second(50), mebibytes(512), money(1000)"

# What a person writes where one of these belongs; pydantic would name the class.
WRITTEN = {
    "Amount": "a count, such as times(20)",
    "Condition": "a condition, such as Count(…).over(minutes(5)).above(times(20))",
    "Decimal": "a number, without quotes",
    "Duration": "a duration, such as seconds(3), minutes(10) or hours(1)",
    "Excuse": 'an excuse: Excuse("rule-id", "why", until="2027-06-30")',
    "Frequency": "a frequency, such as per_second(50)",
    "Options": 'True, 5 or "text", by the name of the SDK\'s argument: {"name": 5}',
    "WidgetOptions": 'True, 5 or "text", by the name in the vendor\'s SDK: {"name": 5, "group": {"part": "text"}}',
    "Kind": "Kind.COUNTER, Kind.GAUGE or Kind.DISTRIBUTION",
    "Measured": "a metric that the product declares",
    "Quantity": NUMBERS,
    "Receiver": 'a receiver: Slack("#…"), Email("…@…") or PagerDuty("…")',
    "Severity": "a severity that the product declares",
    "Share": "a share, such as percent(5)",
    "Slug": "a text in quotes",
    "Signal": "a signal, such as Count(…) or Percentile(99, …)",
    "Unit": "a unit, such as Unit.SECONDS",
    "bool_type": "True or False",
    "int_type": "a number, without quotes",
    "string_type": "a text in quotes",
    "str": "a text in quotes",
    "Label": "a text in quotes",
    "Name": "a text in quotes",
    "Value": "a text in quotes",
    "Tag": "a text in quotes",
    "Text": "a text in quotes",
    "tuple[Severity, ...]": "collected by **named_in(globals()), or written as (HIGH, LOW)",
    "tuple_type": "a tuple in parentheses; a single part needs a trailing comma: (…,)",
}
# Where one of these belongs, True or False is what Python made of an operator.
JOINED = ("Condition", "Signal", "Measured", "Ratio", "Threshold")
ABBREVIATIONS = frozenset({"api", "cpu", "db", "dns", "http", "https", "ip", "pdf", "sms", "sql", "tls", "ui", "url"})
QUANTITIES = ("Quantity", "Amount", "Duration", "Share")


class Broken:
    """Stands where a word could not be built: whatever is asked of it, it answers with itself."""

    def __init__(self, problems: list[Problem]) -> None:
        self.found = problems

    def __getattr__(self, name: str) -> Broken:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> Broken:
        """Answer with itself."""
        return self


class WordMeta(type):
    """Builds a word; what is wrong with it is raised, or recorded while product files are being read."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Build it; a part that is broken already has been reported and isn't reported again."""
        label = _label(cls, args, kwargs)
        inherited = [problem for value in (*args, *kwargs.values()) for problem in _problems_in(value)]
        for problem in inherited:
            problem.item = problem.item or label
        emptied: set[str] = set()
        if inherited:
            given = dict(zip(_fields(cls), args, strict=False)) | kwargs
            emptied = {name for name, value in given.items() if value != () and _without_broken(value) == ()}
            args = tuple(_without_broken(value) for value in args)
            kwargs = {key: _without_broken(value) for key, value in kwargs.items()}
        built: Any = None
        try:
            built = super().__call__(*args, **kwargs)
            built.complete()
            # What is empty only because its parts were broken isn't missing.
            found = [*texts.problems(built, built.VERBATIM), *built.problems()]
            found = [problem for problem in found if problem.field not in emptied]
        except ValidationError as error:
            found = list(_explain(cls, error))
        for problem in found:
            problem.item = problem.item or label
            problem.line = problem.line or _line_of_caller()
        if built is not None and label:
            object.__setattr__(built, "line", _line_of_caller())  # no field: two words in two places may be equal
        record = collected()
        if record is None:
            if found:
                raise InvalidDeclarationError(found)
            return built
        record.extend(found)
        return Broken([*inherited, *found]) if found or inherited or built is None else built


class Word(metaclass=WordMeta):
    """Base of everything a product file is written in."""

    VERBATIM: ClassVar[tuple[str, ...]] = ()  # the fields that no message repeats: patterns, paths, addresses
    line: ClassVar[str] = ""  # of one with a name, where in its product file it stands: `tikit.py:57`

    def complete(self) -> None:
        """Fill in what follows from what was given."""

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the word as a whole, once each of its fields has been accepted."""
        return iter(())


def refuse(problem: Problem) -> Broken:
    """Report what was done with a word after it was built; the answer stands in its place."""
    problem.line = problem.line or _line_of_caller()
    record = collected()
    if record is None:
        raise InvalidDeclarationError([problem])
    record.append(problem)
    return Broken([problem])


T = TypeVar("T")


def several(given: T | tuple[T, ...]) -> tuple[T, ...]:
    """What stands there, also where one is written without brackets."""
    return given if isinstance(given, tuple) else (given,)


@dataclass_transform(frozen_default=True)
def word(cls: type[T]) -> type[T]:
    """Make a class a word: a frozen, closed pydantic dataclass."""
    # A base that says itself when two are equal is kept to; what is generated compares field by field.
    owner = next(base for base in cls.__mro__ if "__eq__" in vars(base))
    generated = owner is object or dataclasses.is_dataclass(owner)
    return cast("type[T]", pydantic_dataclass(frozen=True, eq=generated, config=CLOSED)(cls))


def title(name: str) -> str:
    """`API down` for api-down: a name as a headline."""
    words = [word.upper() if word in ABBREVIATIONS else word for word in name.split("-")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def labelled(word: Word) -> str:
    """`alert 'slow-responses'`: a word that has a name, as messages call it."""
    return f"{called(type(word))} {getattr(word, 'name', '')!r}"


def called(cls: type) -> str:
    """How a person says it: `log index` for LogIndex."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).lower()


def _label(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`alert 'slow-responses'` for a word with a name; nothing for one that is named by what it is part of."""
    if "name" not in _fields(cls):
        return ""
    return f"{called(cls)} {kwargs.get('name', args[0] if args else '(no name)')!r}"


def _problems_in(value: object) -> Iterator[Problem]:
    if isinstance(value, Broken):
        yield from value.found
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _problems_in(part)
    elif isinstance(value, dict):
        yield from _problems_in(list(value.values()))


def _without_broken(value: Any) -> Any:
    """Containers without their broken parts, so that the rest of them is still checked."""
    if isinstance(value, tuple):
        return tuple(part for part in value if not isinstance(part, Broken))
    return value


def _explain(cls: type, error: ValidationError) -> Iterator[Problem]:
    """Pydantic's findings in the words of a product file; one that was misspelt isn't reported as missing too."""
    details = _one_form(error.errors(include_url=False))
    misspelt = {
        nearest(str(detail["loc"][0]), _fields(cls))
        for detail in details
        if detail["type"] == "unexpected_keyword_argument"
    }
    seen: set[str] = set()
    for detail in details:
        name = _field(cls, detail["loc"])
        if isinstance(detail["input"], Broken) or name in seen or (detail["type"] == "missing" and name in misspelt):
            continue
        seen.add(name)
        yield _problem(cls, name, detail)


def _one_form(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Where one of a kind or a tuple of them may stand, what is wrong with the form that was written."""
    bracketed = {id(each) for each in details if str((*each["loc"], "", "")[1]).startswith("tuple[")}
    unions = {each["loc"][0] for each in details if id(each) in bracketed}
    single = {each["loc"][0] for each in details if id(each) in bracketed and each["type"] == "tuple_type"}
    told: list[ErrorDetails] = []
    for each in details:
        first = (*each["loc"], "")[0]
        if first in unions:
            if (id(each) in bracketed) == (first in single):
                continue
            each["loc"] = (first, *each["loc"][2:])
        told.append(each)
    return told


def _problem(cls: type, name: str, detail: ErrorDetails) -> Problem:
    given = detail["input"]
    shown = _shown(given)
    kind = detail["type"]
    if kind == "missing":
        kinds = [str(field.type) for field in dataclasses.fields(cls) if field.name == name]
        instead = f"{name}=…" + "".join(f", {WRITTEN[kind]}" for kind in kinds if kind in WRITTEN)
        return Problem(name, MISSING, f"is missing: every {called(cls)} needs it.", instead)
    if kind.startswith("unexpected") and callable(getattr(cls, name, None)):
        why = f"is set on the {called(cls)} where it is used."
        return Problem(name, shown, why, f"{cls.__name__}(…).{name}(…)")
    if kind == "unexpected_keyword_argument":
        near = nearest(name, [_written(cls, field) for field in _fields(cls)])
        instead = f"{cls.__name__}(…).{near}(…)" if callable(getattr(cls, near, None)) else near
        return Problem(name, shown, f"isn't an argument of {cls.__name__}.", instead)
    if kind == "unexpected_positional_argument":
        return Problem(name, shown, "has to be passed by name, or readers would have to guess.", f"{name}=…")
    if kind == "form":
        _, why, instead = FORMS[detail["msg"]]
        return Problem(name, shown, why, instead)
    context = detail.get("ctx", {})
    wanted = str(context.get("class") or context.get("class_name") or "")
    if wanted in QUANTITIES and isinstance(given, int | float) and not isinstance(given, bool):
        return Problem(name, given, "has no unit, so nobody can tell what it means.", WRITTEN[wanted])
    if wanted in JOINED and isinstance(given, bool):
        why = f"is what Python makes of `==`, `not`, `in` or `is`, not {WRITTEN.get(wanted, 'a word').split(',')[0]}."
        return Problem(name, given, why, WRITTEN.get(wanted, "the word itself"))
    options = next((WRITTEN[str(each.type)] for each in in_order(cls) if each.name == name and _has_options(each)), "")
    if options:
        return Problem(name, shown, f"isn't valid here ({type(given).__name__}).", options)
    if kind != "tuple_type" and isinstance(given, tuple | list) and len(detail["loc"]) > 1:
        why = f"are {len(given)} in extra brackets, but each one belongs there by itself."
        return Problem(name, _names(given), why, f"a `*` before them: {name}=(*…, *…)")
    if kind != "tuple_type" and isinstance(given, list):
        return Problem(name, _names(given), "is a list.", WRITTEN["tuple_type"])
    message = detail["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    instead = WRITTEN.get(wanted) or WRITTEN.get(kind) or message
    return Problem(name, shown, f"isn't valid here ({type(given).__name__}).", instead)


def _has_options(field: dataclasses.Field[Any]) -> bool:
    return str(field.type) in ("Options", "WidgetOptions")


def _names(words: tuple[Any, ...] | list[Any]) -> str:
    return ", ".join(str(getattr(each, "name", _shown(each))) for each in words)


def _shown(value: object) -> object:
    """A word as a person reads it; everything else as it was written."""
    if not isinstance(value, Word):
        return value
    if type(value).__str__ is not object.__str__:
        return str(value)
    describe = getattr(value, "describe", None)
    return describe() if describe else f"{called(type(value))} {getattr(value, 'name', '')}".strip()


@cache
def _fields(cls: type) -> tuple[str, ...]:
    """The arguments of a word, in their order; constants of the class are none."""
    return tuple(field.name for field in in_order(cls)) if dataclasses.is_dataclass(cls) else ()


def in_order(word: Any) -> list[dataclasses.Field[Any]]:
    """The fields of a word as they are given: those by position first, also where a base has some by name."""
    return sorted(dataclasses.fields(word), key=lambda each: each.kw_only is True)


def _field(cls: type, location: tuple[int | str, ...]) -> str:
    """The name of the argument at fault, also when it was given by position."""
    first = location[0] if location else ""
    names = _fields(cls)
    return _written(cls, names[first] if isinstance(first, int) and first < len(names) else str(first))


def _written(cls: type, name: str) -> str:
    """How a product file says a field: `window` is said as .over(…)."""
    said: Mapping[str, str] = getattr(cls, "SAID_AS", {})
    return said.get(name, name)


def _line_of_caller() -> str:
    """Where in the product file the word stands: `tikit.py:57`."""
    frame = sys._getframe(1)  # noqa: SLF001  # there is no public way to the caller's line
    while frame.f_back and frame.f_code.co_filename.startswith(BETWEEN):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
