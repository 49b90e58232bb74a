"""Requests to an API in JSON, by the standard library: limits on time and size, and each failure in one line.

Nothing secret is in such a line: a vendor may repeat a key, and the line may end up in an issue.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 60.0  # seconds; Grafana answers a test when the receiver has answered
MOST = 32 * 2**20  # bytes of an answer
PART = 2**16
TRIES = 4
LONGEST_WAIT = 60.0  # seconds; a vendor that asks for more is not asked again
TOO_MANY = 429
AGAIN = (TOO_MANY, 502, 503, 504)
SHOWN = 200
SHORTEST_SECRET = 6  # what is shorter is a part of ordinary words, too
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WHY = {
    401: "the credentials are refused",
    403: "the credentials don't allow it",
    404: "it doesn't exist, or the credentials can't see it",
    TOO_MANY: "the rate limit is used up",
}
HANDLERS = (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
)


class WebError(RuntimeError):
    """A request that failed, in one line. `status` is 0 where nothing was answered; `answered` is what was, cleaned."""

    def __init__(self, said: str, status: int = 0, answered: str = "") -> None:
        super().__init__(said)
        self.status = status
        self.answered = answered


class Answer(NamedTuple):
    """What was answered: its status, its headers and its bytes. `said` is how it begins, cleaned; `where`: to what."""

    status: int
    headers: Message
    body: bytes
    said: str
    where: str

    def json(self) -> Any:
        """Read it. Raises WebError where it isn't JSON."""
        try:
            return json.loads(self.body or b"null")
        except (ValueError, RecursionError):
            raise WebError(f"{self.where}: the answer isn't JSON: {self.said}") from None


@dataclass
class Web:
    """One API.

    Args:
        address: Where it is.
        headers: Sent with every request, the credentials among them; never to where an answer redirects.
        secrets: What never stands in the line of a failure.
        redirects: Whether to go where an answer redirects. If not, that is a failure.
        gap: Seconds from one request to the next.
        timeout: Seconds without a byte, and half of the most that an answer may take.
        sleep: Waits so many seconds.

    Raises:
        WebError: Credentials must not be sent to this address.

    """

    address: str
    headers: Mapping[str, str]
    secrets: Sequence[str] = ()
    redirects: bool = False
    gap: float = 0.0
    timeout: float = TIMEOUT
    sleep: Callable[[float], None] = time.sleep
    _asked: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Look at the address."""
        if why := unsafe(self.address):
            raise WebError(f"the address {why}")
        self.address = self.address.rstrip("/")

    def get(self, path: str, most: int = MOST) -> Answer:
        """Read; at most so many bytes."""
        return self.send("GET", path, most=most)

    def send(self, method: str, path: str, body: object = None, most: int = MOST) -> Answer:
        """Ask; after a refusal for now (429, 502 to 504) again, up to three times. Raises WebError."""
        url = f"{self.address}{path}"
        where = f"{method} {url.partition('?')[0]}"
        silent = f"no answer within {self.timeout:g} seconds" + ("; it may have been done" if body is not None else "")
        for left in reversed(range(TRIES)):
            if self._asked and self.gap:
                self.sleep(self.gap)
            self._asked = True
            try:
                return self._once(method, url, body, most, where)
            except urllib.error.HTTPError as refused:
                with refused:
                    wait = _wait(refused.headers, TRIES - left)
                    # Not twice what creates something: the first may have been done.
                    again = refused.code == TOO_MANY or (refused.code in AGAIN and method != "POST")
                    if not (again and left and wait <= LONGEST_WAIT):
                        raise self._refused(where, refused) from None
                self.sleep(wait)
            except TimeoutError:
                raise WebError(f"{where}: {silent}") from None
            except urllib.error.URLError as failed:
                if isinstance(failed.reason, TimeoutError):
                    raise WebError(f"{where}: {silent}") from None
                raise WebError(f"{where}: can't be reached: {self.clean(str(failed.reason))}") from None
            except (OSError, HTTPException) as failed:
                raise WebError(f"{where}: the connection broke: {self.clean(str(failed) or repr(failed))}") from None
            except ValueError:
                # What it says would repeat the header.
                raise WebError(f"{where}: a credential or the address has a character that can't be sent") from None
        raise AssertionError("the last try ends otherwise")

    def clean(self, text: str) -> str:
        """The beginning of a text, without credentials and what an address or a receiver's key is secret for."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "[secret]")
        text = re.sub(r"(https?://)[^\s/\"'@]*@", r"\1", text)
        text = re.sub(r"(https?://[^\s/\"'\\?#]+)[^\s\"'\\]*", r"\1/…", text)
        text = re.sub(r"\b[0-9A-Za-z]{32,}\b", "[secret]", text)
        text = " ".join(text.split())
        return f"{text[:SHOWN]}…" if len(text) > SHOWN else text

    def _said(self, body: bytes) -> str:
        return self.clean(body.decode("utf-8", "replace"))

    def _once(self, method: str, url: str, body: object, most: int, where: str) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310  # `unsafe` has looked at it
        for name, value in {"User-Agent": "monitoring-as-code", **self.headers}.items():
            request.add_unredirected_header(name, value)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        opener = urllib.request.OpenerDirector()
        for handler in (*HANDLERS, *[urllib.request.HTTPRedirectHandler] * self.redirects):
            opener.add_handler(handler())
        with opener.open(request, timeout=self.timeout) as answer:
            body = self._read(answer, most, where)
            return Answer(answer.status, answer.headers, body, self._said(body[:PART]), where)

    def _read(self, answer: HTTPResponse, most: int, where: str) -> bytes:
        size, found, until = answer.length, bytearray(), time.monotonic() + 2 * self.timeout
        while (size is None or len(found) < size) and (part := answer.read1(PART)):
            found += part
            if len(found) > most:
                raise WebError(f"{where}: the answer has more than {most:,} bytes")
            if time.monotonic() > until:
                raise WebError(f"{where}: the answer isn't complete after {2 * self.timeout:g} seconds")
        if size is not None and len(found) < size:
            raise WebError(f"{where}: the answer breaks off after {len(found):,} of {size:,} bytes")
        return bytes(found)

    def _refused(self, where: str, refused: urllib.error.HTTPError) -> WebError:
        """The status, what it means, and the beginning of what the vendor says."""
        try:
            answered = self._said(refused.read(PART))
        except (OSError, HTTPException):
            answered = ""
        why = WHY.get(refused.code) or self.clean(str(refused.reason))
        if 300 <= refused.code < 400:  # noqa: PLR2004
            why = f"it redirects to {self.clean(refused.headers.get('Location', ''))}: is the address right?"
        return WebError(f"{where}: {refused.code}, {why}{answered and f': {answered}'}", refused.code, answered)


def unsafe(address: str) -> str:
    """Why credentials must not be sent to an address; nothing if they may."""
    try:
        parts = urlsplit(address)
        known = parts.port is None or bool(parts.port)
    except ValueError:
        known = False
    if not known or not parts.hostname or re.search(r"[\s@?#]", address):
        return "isn't of the form https://host/path"
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return ""
    return "isn't an https address: credentials would be readable on the way"


def _wait(headers: Message, tried: int) -> float:
    """Seconds: what the vendor says (Retry-After, X-RateLimit-Reset of Datadog), else 2, 4, 8.

    GitHub's X-RateLimit-Reset is a time, so one that is too long to wait says nothing.
    """
    after, reset = (
        re.fullmatch(r"[0-9]{1,12}", headers.get(name, "")) for name in ("Retry-After", "X-RateLimit-Reset")
    )
    if after:
        return float(max(1, int(after[0])))
    if reset and int(reset[0]) <= LONGEST_WAIT:
        return float(max(1, int(reset[0])))
    return min(LONGEST_WAIT, 2.0**tried)
