"""The environment a Pulumi stack stands for: how loud, how often, to whom, in which organisation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, HttpUrl, ValidationError
from pydantic_core import PydanticCustomError

from components.problems import MISSING, InvalidDeclarationError, Problem, nearest
from components.vocabulary.people import Email, Receiver, Slack
from components.vocabulary.quantities import Duration, days, hours, minutes, seconds

DURATIONS = {"s": seconds, "m": minutes, "h": hours, "d": days}


def _duration(text: object) -> Duration:
    found = re.fullmatch(r"([1-9]\d*)([smhd])", text) if isinstance(text, str) else None
    if not found:
        raise PydanticCustomError("duration", "a number with s, m, h or d, such as 30m")
    return DURATIONS[found[2]](int(found[1]))


def _receiver(value: object) -> object:
    """`as-declared`, or where everything goes instead; a receiver that wakes somebody can't be written here."""
    kinds = {"slack": Slack, "email": Email}
    if value == "as-declared":
        return None
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in kinds:
        raise PydanticCustomError("receiver", 'as-declared, or slack: "#…", or email: …')
    ((kind, name),) = value.items()
    try:
        return kinds[kind](name)
    except InvalidDeclarationError as error:
        raise PydanticCustomError("receiver", "{why}", {"why": error.problems[0].instead}) from None


def _matching(pattern: str, instead: str) -> BeforeValidator:
    """A text that becomes part of tags, names and ids at every vendor."""

    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise PydanticCustomError("text", "{instead}", {"instead": instead})
        return value

    return BeforeValidator(check)


NAME = _matching(
    "[a-z0-9]+(-[a-z0-9]+)*", "what applications call it, the value of their `env` tag: lower case, hyphens"
)
SUFFIX = _matching("(-[a-z0-9]+)*", '"", or what ends the names of what exists once per environment, such as -staging')


def _some(names: tuple[str, ...]) -> tuple[str, ...]:
    """With none, nothing would be probed; twice the same would be paid twice."""
    if not names or len(set(names)) < len(names):
        raise PydanticCustomError("some", "at least one name, each once")
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
        raise PydanticCustomError("products", "a list of names, no `products` for all of them, or none, in letters")
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
    notify: Annotated[Receiver | None, BeforeValidator(_receiver)]
    datadog_organization: Annotated[str, _matching(r"\S+", "the name of the organisation at Datadog")]
    sentry_organization: Annotated[str, _matching("[a-z0-9][a-z0-9_-]*", "the slug in Sentry's address")]
    grafana_metrics_datasource: Annotated[str, _matching(r"[\w-]+", "the data source's uid, such as grafanacloud-prom")]
    grafana_logs_datasource: str
    grafana_stack: Annotated[str, _matching(r"\d+", "the stack's number, in quotes")]
    otlp_suffixes: bool
    runbooks: HttpUrl
    probe_from: Annotated[tuple[str, ...], AfterValidator(_some)]
    probe_at_most_every: Annotated[Duration, BeforeValidator(_duration)]
    keep_logs_at_most: Annotated[Duration, BeforeValidator(_duration)]
    uptime_executions_per_month: int
    protect: bool
    owns: Annotated[tuple[Literal["receivers", "metric-settings"], ...], AfterValidator(_once)]
    products: Annotated[tuple[str, ...] | None, BeforeValidator(_products)] = None

    def account(self, vendor: str) -> str:
        """The account at a vendor in which receivers exist once."""
        return {"datadog": self.datadog_organization, "sentry": self.sentry_organization}[vendor]

    def told(self, receivers: tuple[Receiver, ...], product: str) -> tuple[Receiver, ...]:
        """Who hears of it in this environment, of those the product names."""
        if self.notify is None:
            return receivers
        return (type(self.notify)(self.notify.name.replace("{product}", product)),)  # type: ignore[call-arg]

    @classmethod
    def parse(cls, value: object, file: str) -> Environment:
        """Build it from a stack file's value. Raises InvalidDeclarationError with every key that is wrong."""
        if not isinstance(value, Mapping):
            why = "is missing: the program can't know which environment this stack is."
            raise InvalidDeclarationError(
                [Problem("monitoring:environment", MISSING, why, "monitoring:environment: {name: staging, …}", file)]
            )
        try:
            return cls.model_validate(dict(value))
        except ValidationError as error:
            raise InvalidDeclarationError(list(_explain(error, file))) from None


def _explain(error: ValidationError, file: str) -> Iterator[Problem]:
    known = [name.replace("_", "-") for name in Environment.model_fields]
    for detail in error.errors(include_url=False):
        key = str(detail["loc"][0])
        given: Any = detail["input"]
        match detail["type"]:
            case "missing":
                yield Problem(key, MISSING, "is missing, and has no default.", f"{key}: … (docs/environments.md)", file)
            case "extra_forbidden":
                yield Problem(key, given, "is no key of an environment.", nearest(key, known), file)
            case _:
                message = detail["msg"].removeprefix("Input should be ")
                yield Problem(key, given, "is not what belongs here.", message, file)
