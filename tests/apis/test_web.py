"""Requests: failures in one line, waiting when told to, credentials that stay with their host."""

import contextlib
import socket
import threading
import time

import pytest

from apis.web import Web, WebError, unsafe
from tests.pipelines.standin import StandIn


def asked(answers, path="/x", method="GET", body=None, redirects=False, **limits):
    waits = []
    stand_in = StandIn(answers)
    with stand_in.running() as address:
        web = Web(address, {"Authorization": "Bearer secret"}, ["secret"], redirects, sleep=waits.append)
        try:
            found = web.send(method, path, body, **limits).json()
        except WebError as problem:
            found = problem
    return found, waits, stand_in


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, '401, the credentials are refused: {"errors": ["Unauthorized"]}'),
        (403, "403, the credentials don't allow it"),
        (500, "500, Internal Server Error"),
    ],
)
def test_a_refusal_is_one_line_and_is_not_asked_again(status, said):
    found, waits, stand_in = asked({("GET", "/x"): lambda _: (status, {}, {"errors": ["Unauthorized"]})})
    assert said in str(found)
    assert "\n" not in str(found)
    assert "secret" not in str(found)
    assert found.status == status
    assert waits == []
    assert len(stand_in.asked) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"Retry-After": "7"}, 7.0), ({"X-RateLimit-Reset": "3"}, 3.0), ({"Retry-After": "\xb2"}, 2.0), ({}, 2.0)],
)
def test_a_used_up_rate_limit_is_waited_for_as_long_as_the_vendor_says(headers, wait):
    tries = iter([(429, headers, {}), (200, {}, {"ok": True})])
    found, waits, _ = asked({("GET", "/x"): lambda _: next(tries)})
    assert found == {"ok": True}
    assert waits == [wait]


def test_a_rate_limit_that_stays_used_up_is_said_in_a_line():
    found, waits, stand_in = asked({("GET", "/x"): lambda _: (429, {"X-RateLimit-Reset": "1795767600"}, {})})
    assert "429, the rate limit is used up" in str(found)
    assert waits == [2.0, 4.0, 8.0]
    assert len(stand_in.asked) == 4


def test_a_vendor_that_wants_to_be_left_alone_for_longer_than_we_wait_is_not_asked_again():
    found, waits, stand_in = asked({("GET", "/x"): lambda _: (429, {"Retry-After": "120"}, {})})
    assert "429, the rate limit is used up" in str(found)
    assert waits == []
    assert len(stand_in.asked) == 1


def test_what_creates_something_is_not_sent_twice_after_a_failure():
    found, _, stand_in = asked({("POST", "/x"): lambda _: (502, {}, {})}, method="POST", body={"a": 1})
    assert found.status == 502
    assert [each.body for each in stand_in.asked] == [{"a": 1}]


def test_credentials_are_not_sent_to_another_host():
    other = StandIn({("GET", "/blob"): {"there": 1}})
    with other.running() as elsewhere:
        answers = {("GET", "/x"): lambda _: (302, {"Location": f"{elsewhere}/blob"}, {})}
        found, _, _ = asked(answers, redirects=True)
        refused, _, _ = asked(answers)
    assert f": 302, it redirects to {elsewhere}/…: is the address right?" in str(refused)
    assert len(other.asked) == 1
    assert found == {"there": 1}
    assert "Authorization" not in other.asked[0].headers


def test_an_answer_that_is_too_large_is_not_read():
    found, _, _ = asked({("GET", "/x"): b"1" * 1000}, most=999)
    assert "more than 999 bytes" in str(found)


def test_an_answer_that_is_not_json_is_said():
    found, _, _ = asked({("GET", "/x"): b"<html>\n<p>secret</p>" + b"." * 300})
    assert str(found).startswith("GET http://127.0.0.1:")
    assert "/x: the answer isn't JSON: <html> <p>[secret]</p>..." in str(found)
    assert "\n" not in str(found)
    assert len(str(found)) < 300


@pytest.mark.parametrize(("method", "body", "more"), [("GET", None, ""), ("POST", {}, "; it may have been done")])
def test_a_vendor_that_does_not_answer_in_time_is_said(method, body, more):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(WebError) as told:
            Web(f"http://127.0.0.1:{silent.getsockname()[1]}", {}, timeout=0.2).send(method, "/x", body)
    assert str(told.value).endswith(f"/x: no answer within 0.2 seconds{more}")


def test_a_vendor_that_is_not_there_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(WebError, match=r"GET http://127\.0\.0\.1:\d+/x: can't be reached: "):
        Web(f"http://127.0.0.1:{port}", {}).get("/x?key=value")


@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc", "ftp://host", "http://grafana.example", "", "https://", "https://host:port", "https://[::1"),
        *("https://user:word@host", "https://host/api?key=1", "https://host/a b"),
    ],
)
def test_credentials_are_sent_to_no_address_where_they_would_be_readable_or_that_is_none(address):
    with pytest.raises(WebError, match=r"^the address isn't (an https address|of the form https://host/path)"):
        Web(address, {})
    assert not unsafe("https://host:8443/api/")
    assert not unsafe("http://127.0.0.1:80")


def test_what_a_vendor_repeats_of_a_credential_is_not_said():
    found, _, _ = asked({("GET", "/x"): lambda _: (400, {}, {"message": "no such key: secret" + " " * 700 + "secret"})})
    assert str(found).endswith('400, Bad Request: {"message": "no such key: [secret] [secret]"}')


@pytest.mark.parametrize("key", ["secret-key\n", "secret-key\r\nX: y", "secret-\N{BULLET}"])
def test_a_credential_that_no_header_can_hold_is_not_repeated(key):
    with pytest.raises(WebError, match="a credential or the address has a character that can't be sent") as told:
        Web("http://127.0.0.1:9", {"Authorization": key}).get("/x")
    assert "secret" not in str(told.value)


@contextlib.contextmanager
def raw(*parts, pause=0.0):
    """A server that answers one request with these bytes, and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                with contextlib.suppress(OSError):
                    for part in parts:
                        connection.sendall(part)
                        time.sleep(pause)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"items": [', "the answer breaks off after 11 of 100 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{", "the connection broke: IncompleteRead"),
        (b"SSH-2.0-x\r\n", "the connection broke: SSH-2.0-x"),
        (b"", "the connection broke: Remote end closed connection"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "the connection broke: got more than 100 headers"),
    ],
    ids=["truncated", "chunk", "not-http", "nothing", "headers"],
)
def test_an_answer_that_breaks_off_or_is_none_is_one_line(answer, said):
    with raw(answer) as address, pytest.raises(WebError) as told:
        Web(address, {}, sleep=lambda _: None, timeout=5).get("/x")
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_an_answer_that_comes_in_drops_is_not_waited_for_without_end():
    drops = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"1"] * 40]
    with raw(*drops, pause=0.05) as address, pytest.raises(WebError, match=r"isn't complete after 0\.4 seconds"):
        Web(address, {}, timeout=0.2).get("/x")


def test_json_without_an_end_to_its_depth_is_said():
    found, _, _ = asked({("GET", "/x"): b"[" * 100_000})
    assert "isn't JSON" in str(found)
