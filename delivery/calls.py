"""HTTP calls to vendors: paced, without redirects, and nothing secret in what is said of an answer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

TIMEOUT = 60  # seconds; Grafana answers a test when the receiver has answered
TOO_MANY, AGAIN_AFTER, AGAIN_AT_MOST = 429, 30, 60
SAID = 200
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Answer(NamedTuple):
    """What a vendor answered: its HTTP status, 0 where there was none; the JSON, or None; the same as text, cleaned.

    `after`: the cursor of the next page, of a list that goes on (Sentry's `Link`).
    """

    status: int
    body: Any = None
    said: str = ""
    after: str = ""

    @property
    def good(self) -> bool:
        """Whether the call was accepted."""
        return 200 <= self.status < 300  # noqa: PLR2004


def _opener() -> OpenerDirector:
    """Follows no redirect: it would take the credentials to another host."""
    made = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        made.add_handler(handler())
    return made


@dataclass
class Caller:
    """Calls one vendor, `gap` seconds apart. `secrets` never stand in what it says."""

    base: str
    headers: Mapping[str, str]
    secrets: Sequence[str]
    gap: float = 1.0
    timeout: float = TIMEOUT
    sleep: Callable[[float], None] = time.sleep
    _called: bool = field(default=False, init=False)

    def ask(self, path: str, body: object = None) -> Answer:
        """GET, or POST with a body. After `429 Too Many Requests` once more; never after a time-out: it may be sent."""
        answer, after = self._ask(path, body)
        if answer.status == TOO_MANY:
            self.sleep(after)
            answer, _ = self._ask(path, body)
        return answer

    def _ask(self, path: str, body: object) -> tuple[Answer, float]:
        if self._called:
            self.sleep(self.gap)
        self._called = True
        data = None if body is None else json.dumps(body).encode()
        asked = Request(  # noqa: S310  # `unsafe` has looked at the address
            self.base + path, data, {**self.headers, "Content-Type": "application/json", "User-Agent": "drill"}
        )
        try:
            with _opener().open(asked, timeout=self.timeout) as got:
                following = re.search(r'rel="next"; results="true"; cursor="([^"]+)"', got.headers.get("Link", ""))
                answer = self._read(got.status, got.read())
                return answer._replace(after=following[1] if following else ""), 0
        except HTTPError as error:
            waits = str(error.headers.get("Retry-After", ""))
            after = min(int(waits), AGAIN_AT_MOST) if waits.isdigit() else AGAIN_AFTER
            return self._read(error.code, error.read()), after
        except TimeoutError:
            return Answer(0, said=f"no answer within {self.timeout:g} s; it may have been sent"), 0
        except (URLError, HTTPException, OSError) as error:
            why = error.reason if isinstance(error, URLError) else error
            if isinstance(why, TimeoutError):
                return Answer(0, said=f"no answer within {self.timeout:g} s; it may have been sent"), 0
            return Answer(0, said=self.clean(f"can't be reached: {why}")), 0

    def _read(self, status: int, content: bytes) -> Answer:
        text = content.decode(errors="replace")
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        return Answer(status, body, self.clean(text))

    def clean(self, text: str) -> str:
        """A text without credentials, and without what addresses and keys of receivers are secret for."""
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        text = re.sub(r"(https?://)[^\s/\"'@]*@", r"\1", text)
        text = re.sub(r"(https?://[^\s/\"'\\?#]+)[^\s\"'\\]*", r"\1/…", text)
        text = re.sub(r"\b[0-9A-Za-z]{32,}\b", "[secret]", text)
        text = " ".join(text.split())
        return f"{text[:SAID]}…" if len(text) > SAID else text


def unsafe(address: str) -> str:
    """Why credentials must not be sent to an address; nothing if they may."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return ""
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return ""
    return "isn't an https address: credentials would be readable on the way"
