"""Requests to an API in JSON, by the standard library: limits on time and size, and each failure in one line."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 30  # seconds
MOST = 32 * 2**20  # bytes of an answer
TRIES = 4
LONGEST_WAIT = 60.0  # seconds; a vendor that asks for more is not asked again
AGAIN = (429, 502, 503, 504)
SHOWN = 200
WHY = {
    401: "the credentials are refused",
    403: "the credentials don't allow it",
    404: "it doesn't exist, or the credentials can't see it",
    429: "the rate limit is used up",
}


class WebError(RuntimeError):
    """A request that failed, in one line. `status` is 0 where nothing was answered."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


class Answer(NamedTuple):
    """What was answered: its headers and its bytes."""

    headers: Message
    body: bytes

    def json(self) -> Any:
        """Read it. Raises WebError where it isn't JSON."""
        try:
            return json.loads(self.body or b"null")
        except (ValueError, RecursionError):
            raise WebError(f"the answer isn't JSON: {self.body[:80]!r}") from None


class Web:
    """One API. `secret` headers are not sent on to another host that an answer redirects to.

    Args:
        address: Where it is, without a slash at its end.
        headers: Sent with every request, the credentials among them.
        sleep: Waits so many seconds, before a request that was refused for now is made again.

    """

    def __init__(self, address: str, headers: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise WebError(f"{address!r} is not an address that begins with https://")
        self.address = address.rstrip("/")
        self._headers = headers
        self._sleep = sleep

    def get(self, path: str, most: int = MOST) -> Answer:
        """Read; at most so many bytes."""
        return self.send("GET", path, most=most)

    def send(self, method: str, path: str, body: object = None, most: int = MOST) -> Answer:
        """Ask; after a refusal for now (429, 502 to 504) again, up to three times. Raises WebError."""
        url = path if path.startswith(("http://", "https://")) else f"{self.address}{path}"
        where = f"{method} {urlsplit(url)._replace(query='').geturl()}"
        for left in reversed(range(TRIES)):
            # Not twice what creates something: the first may have been done.
            try:
                return self._once(method, url, body, most, where)
            except urllib.error.HTTPError as refused:
                wait = _wait(refused.headers, TRIES - left)
                again = refused.code in AGAIN and left and wait <= LONGEST_WAIT
                if not again or (method == "POST" and refused.code != 429):  # noqa: PLR2004
                    raise WebError(f"{where}: {_told(refused)}", refused.code) from None
                self._sleep(wait)
            except urllib.error.URLError as failed:
                raise WebError(f"{where}: no answer ({failed.reason})") from None
            except TimeoutError:
                raise WebError(f"{where}: no answer within {TIMEOUT} seconds") from None
            except OSError as failed:
                raise WebError(f"{where}: the connection broke ({failed})") from None
        raise AssertionError("the last try ends otherwise")

    def _once(self, method: str, url: str, body: object, most: int, where: str) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310  # http and https only, see above
        for name, value in self._headers.items():
            request.add_unredirected_header(name, value)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            found = answer.read(most + 1)
            if len(found) > most:
                raise WebError(f"{where}: the answer has more than {most:,} bytes")
            return Answer(answer.headers, found)


def _told(refused: urllib.error.HTTPError) -> str:
    """The status, what it means, and the beginning of what the vendor says."""
    try:
        said = " ".join(refused.read(4 * SHOWN).decode("utf-8", "replace").split())
    except OSError:
        said = ""
    more = f": {said[:SHOWN]}{'…' if len(said) > SHOWN else ''}" if said else ""
    why = WHY.get(refused.code, str(refused.reason))
    return f"{refused.code}, {why}{more}"


def _wait(headers: Message, tried: int) -> float:
    """Seconds: what the vendor says (Retry-After, X-RateLimit-Reset of Datadog), else 2, 4, 8.

    GitHub's X-RateLimit-Reset is a time, so one that is too long to wait says nothing.
    """
    after, reset = (headers.get(name, "") for name in ("Retry-After", "X-RateLimit-Reset"))
    if after.isdigit():
        return float(max(1, int(after)))
    if reset.isdigit() and int(reset) <= LONGEST_WAIT:
        return float(max(1, int(reset)))
    return min(LONGEST_WAIT, 2.0**tried)
