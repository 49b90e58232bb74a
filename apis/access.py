"""How each API of the vendors is addressed and which headers open it, by the variables that the providers read, too."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from apis.web import Web, WebError, unsafe
from components.vendors import VENDORS

Variables = Mapping[str, str]


class Access(NamedTuple):
    """The variables without which it can't be opened, the one that has its address, and its address if that isn't set.

    `headers`: made of the values.
    """

    needed: tuple[str, ...]
    address: str
    default: str
    headers: Callable[[Variables], dict[str, str]]


def _bearer(name: str) -> Callable[[Variables], dict[str, str]]:
    return lambda values: {"Authorization": f"Bearer {values[name]}"}


def _datadog(values: Variables) -> dict[str, str]:
    return {"DD-API-KEY": values["DD_API_KEY"], "DD-APPLICATION-KEY": values["DD_APP_KEY"]}


def _grafana(values: Variables) -> dict[str, str]:
    auth = values["GRAFANA_AUTH"]  # a token, or `user:password`, as the provider takes it
    return {"Authorization": f"Basic {base64.b64encode(auth.encode()).decode()}" if ":" in auth else f"Bearer {auth}"}


ACCESS: Mapping[str, Access] = {
    "datadog": Access(VENDORS["datadog"].opened_by, "DD_HOST", "https://api.datadoghq.com", _datadog),
    "grafana": Access(VENDORS["grafana"].opened_by, "GRAFANA_URL", "", _grafana),
    "synthetics": Access(VENDORS["grafana"].also["checks"], "GRAFANA_SM_URL", "", _bearer("GRAFANA_SM_ACCESS_TOKEN")),
    "sentry": Access(
        VENDORS["sentry"].opened_by, "SENTRY_BASE_URL", "https://sentry.io/api/", _bearer("SENTRY_AUTH_TOKEN")
    ),
}


def opened(api: str, variables: Variables, path: str = "", gap: float = 0.0) -> Web:
    """An API with its credentials, `gap` seconds from one request to the next; `path`: what its address goes on with.

    Raises WebError: what is missing, or can't be right.
    """
    needed, name, default, headers = ACCESS[api]
    if missing := [each for each in needed if not variables.get(each)]:
        raise WebError(f"{' and '.join(missing)} must be set")
    address = variables.get(name) or default
    for each in needed:
        if re.search(r"^\s|\s$", variables[each]):
            raise WebError(f"{each} begins or ends with a space or a line break")
    if why := unsafe(address):
        raise WebError(f"{name} {why}")
    made = headers(variables)
    values = [variables[each] for each in needed if each != name]
    secrets = [*values, *(value.rpartition(" ")[2] for value in made.values()), *(v.partition(":")[2] for v in values)]
    return Web(f"{address.rstrip('/')}{path}", made, secrets, gap=gap)


def cursor(link: str) -> str:
    """The cursor of the next page in Sentry's header `Link`, which names it also where nothing follows; else empty."""
    following = [part for part in link.split(",") if 'rel="next"' in part and 'results="true"' in part]
    found = re.search(r'cursor="([^"]+)"', following[0]) if following else None
    return found[1] if found else ""
