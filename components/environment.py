"""The environment a Pulumi stack stands for: how loud, how often, to whom, in which organisation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    HttpUrl,
    PlainValidator,
    StrictBool,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

from components.problems import MISSING, InvalidDeclarationError, Problem, nearest
from components.vocabulary.people import Email, Receiver, Slack
from components.vocabulary.product import LONGEST_NAME
from components.vocabulary.quantities import Duration, days, hours, minutes, seconds

DURATIONS = {"s": seconds, "m": minutes, "h": hours, "d": days}
DURATION = r"([1-9]\d*)([smhd])"

# What an editor is told of keys whose form pydantic can't tell from their type (docs/stack-file.schema.json).
LENGTH = {"type": "string", "pattern": f"^{DURATION}$"}
NAMES: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
NOTIFY: dict[str, Any] = {
    "anyOf": [
        {"const": "as-declared"},
        *(
            {
                "type": "object",
                "properties": {kind: {"type": "string"}},
                "required": [kind],
                "additionalProperties": False,
            }
            for kind in ("slack", "email")
        ),
    ]
}


def _duration(text: object) -> Duration:
    found = re.fullmatch(DURATION, text) if isinstance(text, str) else None
    if not found:
        raise PydanticCustomError("duration", "a number with s, m, h or d, such as 30m")
    return DURATIONS[found[2]](int(found[1]))


class Instead(NamedTuple):
    """Where everything goes instead: a kind of receiver and its name, in which `{product}` stands for the product's."""

    kind: Callable[[str], Receiver]
    name: str

    def of(self, product: str) -> Receiver:
        """The receiver of one product."""
        return self.kind(self.name.replace("{product}", product))


def _receiver(value: object) -> object:
    """`as-declared`, or where everything goes instead; a receiver that wakes somebody can't be written here."""
    kinds: dict[object, Callable[[str], Receiver]] = {"slack": Slack, "email": Email}
    if value == "as-declared":
        return None
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in kinds:
        raise PydanticCustomError("receiver", 'as-declared, or slack: "#…", or email: …')
    ((kind, name),) = value.items()
    try:
        kinds[kind](name.replace("{product}", "p" * LONGEST_NAME) if isinstance(name, str) else name)
    except InvalidDeclarationError as error:
        raise PydanticCustomError("receiver", "{why}", {"why": error.problems[0].instead}) from None
    return Instead(kinds[kind], name)


@dataclass(frozen=True)
class _Matching:
    """A text that becomes part of tags, names and ids at every vendor; an editor is told the pattern, too."""

    pattern: str
    instead: str

    def check(self, value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise PydanticCustomError("text", "{instead}", {"instead": self.instead})
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


NAME = _Matching("[a-z0-9]+(-[a-z0-9]+)*", "the value of the applications' `env` tag: lower case, hyphens")
# It stands in every message: an @ in it would be a handle there, a space would begin one.
RUNBOOKS = _Matching(
    r"https://[a-zA-Z0-9.-]+(:\d+)?(/[\w.~%+-]+)*/?",
    "an https address, without @, spaces, ? and #: https://…/docs/runbooks",
)
# What is declared beside an alert is named so: with such a suffix, one environment's alert would be another's part.
BESIDE = "late|monitor|traffic|burn|ratio|used|mean|percentile"
SUFFIX = _Matching(
    rf"(?!.*-({BESIDE})$)(-[a-z0-9]+)*",
    '"", or what ends the names of what exists once per environment, such as -staging; '
    f"not {BESIDE.replace('|', ', ')}",
)


def _some(names: tuple[str, ...]) -> tuple[str, ...]:
    """With none, nothing would be probed; twice the same would be paid twice."""
    if not names or len(set(names)) < len(names):
        raise PydanticCustomError("some", "at least one name, without duplicates")
    return names


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise PydanticCustomError("once", "each name once")
    return names


def _products(value: object) -> object:
    """Names, or `none`. An empty list is more likely a mistake, and would delete everything there is."""
    if value == "none":
        return ()
    if not value:
        raise PydanticCustomError("products", "a list of names, no `products` key for all of them, or the word none")
    return value


class Environment(BaseModel):
    """One environment, as `monitoring:environment` of its stack file says. Keys there are written with hyphens."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    name: Annotated[str, NAME]
    suffix: Annotated[str, SUFFIX]
    notify: Annotated[Instead | None, PlainValidator(_receiver), WithJsonSchema(NOTIFY)]
    datadog_organization: Annotated[str, _Matching(r"\S(.*\S)?", "the organisation's name in Datadog's settings")]
    sentry_organization: Annotated[str, _Matching("[a-z0-9][a-z0-9_-]*", "the slug in Sentry's address")]
    grafana_metrics_datasource: Annotated[str, _Matching(r"[\w-]+", "the data source's uid, such as grafanacloud-prom")]
    grafana_metrics_instance: Annotated[str, _Matching(r"\d+", "the number of its hosted Prometheus, in quotes")]
    grafana_logs_datasource: Annotated[str, _Matching(r"[\w-]*", 'the data source\'s uid, or ""')]
    grafana_stack: Annotated[str, _Matching(r"\d+", "the stack's number, in quotes")]
    otlp_suffixes: StrictBool
    has_users: StrictBool
    runbooks: Annotated[str, RUNBOOKS]
    datadog_address: HttpUrl = HttpUrl("https://app.datadoghq.com")
    sentry_address: HttpUrl | None = None
    probe_from: Annotated[tuple[str, ...], AfterValidator(_some), WithJsonSchema(NAMES)]
    probe_at_most_every: Annotated[Duration, BeforeValidator(_duration), WithJsonSchema(LENGTH)]
    keep_logs_at_most: Annotated[Duration, BeforeValidator(_duration), WithJsonSchema(LENGTH)]
    uptime_executions_per_month: Annotated[int, Field(strict=True, ge=0)]
    custom_metrics: Annotated[int, Field(strict=True, ge=0)] | None = None
    log_events_per_month: Annotated[int, Field(strict=True, ge=0)] | None = None
    # Two incidents in a shift of 12 hours: "Site Reliability Engineering" (O'Reilly 2016), chapter 11, Being On-Call.
    pages_per_week: Annotated[int, Field(strict=True, ge=0)] = 28
    protect: StrictBool
    owns: Annotated[
        tuple[Literal["receivers", "metric-settings"], ...],
        AfterValidator(_once),
        Field(json_schema_extra={"uniqueItems": True}),
    ]
    products: Annotated[
        Annotated[tuple[str, ...], AfterValidator(_once)] | None,
        BeforeValidator(_products),
        WithJsonSchema({"anyOf": [{"const": "none"}, NAMES]}),
    ] = None

    def told(self, receivers: tuple[Receiver, ...], product: str) -> tuple[Receiver, ...]:
        """Who hears of it in this environment, of those the product names."""
        if self.notify is None:
            return receivers
        return (self.notify.of(product),)

    def at_datadog(self, path: str) -> str:
        """The address of a page at Datadog, whose API answers with its path alone."""
        return f"{str(self.datadog_address).rstrip('/')}{path}"

    def at_sentry(self, path: str) -> str:
        """The address of a page of the organisation at Sentry."""
        address = self.sentry_address or f"https://{self.sentry_organization}.sentry.io"
        return f"{str(address).rstrip('/')}{path}"

    @classmethod
    def parse(cls, value: object, file: str) -> Environment:
        """Build it from a stack file's value. Raises InvalidDeclarationError with every key that is wrong."""
        if not isinstance(value, Mapping):
            why = "is missing: the program can't tell which environment this stack is."
            raise InvalidDeclarationError(
                [Problem("monitoring:environment", MISSING, why, "monitoring:environment: {name: staging, …}", file)]
            )
        try:
            return cls.model_validate(dict(value))
        except ValidationError as error:
            raise InvalidDeclarationError(list(_explain(error, file))) from None


# What pydantic calls it, for somebody who writes YAML.
IN_YAML = {
    "bool_type": "true or false",
    "int_type": "a whole number, without quotes",
    "string_type": "a text",
    "tuple_type": "a list, such as [Frankfurt]",
}


def _explain(error: ValidationError, file: str) -> Iterator[Problem]:
    known = [name.replace("_", "-") for name in Environment.model_fields]
    for detail in error.errors(include_url=False):
        key = str(detail["loc"][0])
        given: Any = detail["input"]
        match detail["type"]:
            case "missing":
                yield Problem(key, MISSING, "is missing, and has no default.", f"{key}: … (docs/environments.md)", file)
            case "extra_forbidden":
                yield Problem(key, given, "isn't a key of an environment.", nearest(key, known), file)
            case _:
                message = IN_YAML.get(detail["type"]) or detail["msg"].removeprefix("Input should be ")
                yield Problem(key, given, "isn't valid here.", message, file)
