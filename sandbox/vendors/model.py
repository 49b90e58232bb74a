"""The words a vendor's tables are written in: a type of resource, and the rules it refuses by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NewType, ParamSpec

from sandbox.vendors.values import UNKNOWN, Inputs

if TYPE_CHECKING:
    from sandbox.vendors.account import Account, Row

Seen = ParamSpec("Seen")


Evidenced = NewType("Evidenced", str)
"""What a vendor says against something, with where that was read: made by `evidenced` only."""

DEFAULTS = "__defaults"
"""Where the bridge keeps the names of the inputs that it made up."""


def evidenced(said: str, read: str) -> Evidenced:
    """Say what a vendor says and where that was read: repository and path, recorded traffic, a thread.

    Raises:
        ValueError: It was read nowhere.

    """
    if not read.strip():
        raise ValueError(f"no refusal without evidence: {said}")
    return Evidenced(f"{said} [{read}]")


@dataclass(frozen=True)
class Refusing(Generic[Seen]):
    """A rule: yields what the vendor says against what it sees, each time with where that was read."""

    says: Callable[Seen, Iterable[str]]
    read: str

    def __post_init__(self) -> None:
        evidenced(f"{self.says}", self.read)

    def __call__(self, *args: Seen.args, **kwargs: Seen.kwargs) -> Iterator[Evidenced]:
        """Yield the refusals; none means that it is accepted."""
        return (evidenced(said, self.read) for said in self.says(*args, **kwargs))


def read_in(source: str, *rules: Callable[Seen, Iterable[str]]) -> tuple[Refusing[Seen], ...]:
    """Say where these rules were read."""
    return tuple(Refusing(rule, source) for rule in rules)


Check = Callable[[Inputs], Iterable[str]]
"""What a rule is before it has its evidence."""

Rule = Refusing[[Inputs]]
"""Looks at the inputs alone. Runs in previews too."""

AccountRule = Refusing[[Inputs, "Account"]]
"""Looks at the inputs and at what else exists; runs when the resource is really created or updated."""

DeleteRule = Refusing[["Row", "Account"]]
"""Says what forbids deleting something; runs before it is deleted."""

Lookup = Callable[[Inputs, "Account"], Inputs]
"""Answers a function of the SDK. Raises Refused when there is nothing to answer."""

ANYTHING = ("*",)


class Refused(Exception):  # noqa: N818 - a vendor refuses; that is not an error of this program
    """What a vendor answers instead of doing as asked, and where that was read."""

    def __init__(self, *said: Evidenced) -> None:
        super().__init__("; ".join(said))


@dataclass(frozen=True)
class Made:
    """A resource as its computed outputs are worked out: the same answer for the same one, always."""

    id: str
    inputs: Inputs
    account: Account

    def digits(self, purpose: str, count: int) -> int:
        """Return a number of so many digits."""
        low: int = 10 ** (count - 1)
        return low + int(self.account.derived(f"{self.id} {purpose}"), 16) % (9 * low)


def by_property(name: str) -> Callable[[str, Inputs], str]:
    """Identify a resource by one of its inputs."""
    return lambda _token, inputs: str(inputs[name])


@dataclass(frozen=True)
class ResourceType:
    """One type of resource as the vendor treats it."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    identify: Callable[[str, Inputs], str]
    outputs: Mapping[str, Callable[[Made], Any]] = field(default_factory=dict)
    """What the vendor adds: by name, how it is worked out. An input of the same name goes before it."""
    secret: frozenset[str] = frozenset()
    """Inputs and outputs that the real provider marks as secret, whoever forgets to."""
    replace_on: frozenset[str] = frozenset()
    """Inputs that can't be changed in place."""
    replaced_by: Mapping[str, Callable[[Inputs], object]] = field(default_factory=dict)
    """Inputs of which only a part can't be changed in place: by name, how to read that part."""
    unique: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Groups of inputs that no two of this type may share, each with where that was read."""
    autonamed: str = ""
    """The input that the bridge makes up when it isn't given; given, it means that the old one is deleted first."""
    answered: Callable[[Inputs], Inputs] = dict
    """What the vendor makes of inputs before it keeps and returns them."""
    seen_as: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Like Vendor.normalise, for this type alone."""
    left_out_on_create: frozenset[str] = frozenset()
    """Inputs that the provider sends with an update only: a new one has what the vendor adds by itself."""
    read_back: Mapping[str, Callable[[Made], Any]] = field(default_factory=dict)
    """Inputs that a refresh finds otherwise than they were sent: by name, what is found."""
    rules: tuple[Rule, ...] = ()
    account_rules: tuple[AccountRule, ...] = ()
    delete_rules: tuple[DeleteRule, ...] = ()
    on_delete: Callable[[Row, Account], None] | None = None
    """What the provider changes elsewhere when it deletes one."""


@dataclass(frozen=True)
class Vendor:
    """Everything one stand-in knows."""

    name: str
    types: Mapping[str, ResourceType]
    schema: str
    """Which provider's schema says what arguments a type has."""
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    normalise: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """By property name, at any depth: what the vendor does to a value before it compares it."""


def at(inputs: Inputs, path: str) -> Any:
    """Return the value at a dotted path; None when it isn't there or isn't known yet."""
    value: Any = inputs
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return None if value is UNKNOWN else value


def walk(value: Any, path: str, seen: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every known value a path leads to, with where it is; `[]` stands for every element of a list."""
    head, _, rest = path.partition(".")
    key = head.removesuffix("[]")
    found = value.get(key) if isinstance(value, dict) else None
    if found is None or found is UNKNOWN:
        return
    here = f"{seen}.{key}" if seen else key
    if not head.endswith("[]"):
        items = [(here, found)]
    else:
        items = [(f"{here}[{index}]", item) for index, item in enumerate(found)] if isinstance(found, list) else []
    for place, item in items:
        if rest:
            yield from walk(item, rest, place)
        elif item is not None and item is not UNKNOWN:
            yield place, item


def one_of(path: str, *allowed: object) -> Check:
    """Refuse a value outside a closed list."""
    listed = " ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in allowed)

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, path):
            if value not in allowed:
                yield f"expected {place} to be one of [{listed}], got {value}"

    return rule


def between(path: str, low: float, high: float, unit: str = "") -> Check:
    """Refuse a number outside a range, bounds included."""

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, path):
            if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
                yield f"expected {place} to be in the range ({low:g} - {high:g}){unit}, got {value}"

    return rule


def matches(path: str, pattern: str, why: str) -> Check:
    """Refuse a text that isn't of a form."""
    form = re.compile(pattern)

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, path):
            if not isinstance(value, str) or not form.fullmatch(value):
                yield f"invalid value for {place} ({why}): {value!r}"

    return rule


def at_most(path: str, limit: int, what: str = "characters") -> Check:
    """Refuse a text or list that is too long."""

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, path):
            if len(value) > limit:
                yield f"{place} may have at most {limit} {what}, has {len(value)}"

    return rule


def at_least_one(path: str) -> Check:
    """Refuse an empty list."""

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, path):
            if not value:
                yield f"{place} must contain at least 1 element, got: 0"

    return rule


def exactly_one(*names: str, within: str = "") -> Check:
    """Refuse objects that set none, or several, of these properties."""

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, within) if within else [("", inputs)]:
            chosen = [name for name in names if isinstance(value, dict) and value.get(name) is not None]
            if len(chosen) != 1:
                got = ", ".join(chosen) or "none"
                yield f"{place or 'the resource'} must set exactly one of {', '.join(names)}; got {got}"

    return rule


def not_together(first: str, second: str) -> Check:
    """Refuse two properties that exclude each other."""

    def rule(inputs: Inputs) -> Iterator[str]:
        if inputs.get(first) is not None and inputs.get(second) is not None:
            yield f'"{first}": conflicts with {second}'

    return rule


def only(path: str, *names: str) -> Check:
    """Refuse properties of a nested object that its type doesn't have: the SDKs let them pass in a plain dict."""

    def rule(inputs: Inputs) -> Iterator[str]:
        for place, value in walk(inputs, path):
            for name in sorted(set(value) - set(names)):
                yield f'{place}: An argument named "{name}" is not expected here.'

    return rule


def problems_of(kind: ResourceType, inputs: Inputs, schema: str) -> list[Evidenced]:
    """Say everything that speaks against these inputs, whatever else exists."""
    problems = list(Refusing(properties_of(kind), schema)(inputs))
    # A rule may rely on what is required being there.
    for rule in () if problems else kind.rules:
        try:
            problems.extend(rule(inputs))
        except (AttributeError, TypeError, ValueError, KeyError) as problem:
            # A text where an object belongs, and the like; typed arguments don't get this far.
            said = f"Incorrect attribute value type ({type(problem).__name__}: {problem})"
            problems.append(evidenced(said, schema))
    return problems


def properties_of(kind: ResourceType) -> Check:
    """Refuse missing and unknown properties, as the provider's schema does."""

    def rule(inputs: Inputs) -> Iterator[str]:
        for name in kind.required:
            if inputs.get(name) is None and name != kind.autonamed:
                yield f'Missing required argument: The argument "{name}" is required, but no definition was found.'
        if kind.optional != ANYTHING:
            for name in sorted(set(inputs) - {*kind.required, *kind.optional, DEFAULTS}):
                yield f'An argument named "{name}" is not expected here.'

    return rule
