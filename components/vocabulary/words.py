"""What every word of the vocabulary has in common: closed, frozen, and clear about what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import ErrorDetails

from components.problems import MISSING, InvalidDeclarationError, Problem, collected, nearest

CLOSED = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)
VOCABULARY = Path(__file__).resolve().parent
NUMBERS = "percent(5), seconds(3), minutes(10), times(20)"


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
        args = tuple(_without_broken(value) for value in args)
        kwargs = {key: _without_broken(value) for key, value in kwargs.items()}
        built: Any = None
        try:
            built = super().__call__(*args, **kwargs)
            found = list(built.problems())
        except ValidationError as error:
            found = list(_explain(cls, error))
        for problem in found:
            problem.item = problem.item or label
            problem.line = problem.line or _line_of_caller()
        record = collected()
        if record is None:
            if found:
                raise InvalidDeclarationError(found)
            return built
        record.extend(found)
        return Broken([*inherited, *found]) if found or inherited or built is None else built


class Word(metaclass=WordMeta):
    """Base of everything a product file is written in."""

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the word as a whole, once each of its fields has been accepted."""
        return iter(())


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def word(cls: type[T]) -> type[T]:
    """Make a class a word: a frozen, closed pydantic dataclass."""
    return cast("type[T]", pydantic_dataclass(frozen=True, config=CLOSED)(cls))


def _label(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`alert 'slow-responses'` for a word with a name; nothing for one that is named by what it is part of."""
    if "name" not in getattr(cls, "__dataclass_fields__", {}):
        return ""
    return f"{cls.__name__.lower()} {kwargs.get('name', args[0] if args else '(no name)')!r}"


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
    """Pydantic's findings in the words of a product file."""
    seen: set[str] = set()
    for detail in error.errors(include_url=False):
        name = _field(cls, detail["loc"])
        if isinstance(detail["input"], Broken) or name in seen:
            continue
        seen.add(name)
        yield _problem(cls, name, detail)


def _problem(cls: type, name: str, detail: ErrorDetails) -> Problem:
    given = detail["input"]
    fields = cls.__dataclass_fields__  # type: ignore[attr-defined]
    kind = detail["type"]
    if kind == "missing":
        return Problem(name, MISSING, f"is missing, and no {cls.__name__.lower()} does without it.", f"{name}=…")
    if kind in ("unexpected_keyword_argument", "unexpected_positional_argument"):
        return Problem(name, given, f"belongs to no {cls.__name__.lower()}.", nearest(name, fields))
    wanted = detail.get("ctx", {}).get("class") or detail.get("ctx", {}).get("class_name")
    if isinstance(given, int | float) and not isinstance(given, bool) and wanted:
        return Problem(
            name, given, "has no unit, so nobody can tell what it means.", f"a number with its unit: {NUMBERS}"
        )
    message = detail["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return Problem(name, given, f"is not what belongs here ({type(given).__name__}).", message)


def _field(cls: type, location: tuple[int | str, ...]) -> str:
    """The name of the argument at fault, also when it was given by position."""
    first = location[0] if location else ""
    names = list(cls.__dataclass_fields__)  # type: ignore[attr-defined]
    return names[first] if isinstance(first, int) and first < len(names) else str(first)


def _line_of_caller() -> str:
    """Where in the product file the word stands: `tikit.py:57`."""
    frame = sys._getframe(1)  # noqa: SLF001  # there is no public way to the caller's line
    while frame.f_back and Path(frame.f_code.co_filename).is_relative_to(VOCABULARY):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
