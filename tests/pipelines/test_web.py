"""Requests: failures in one line, waiting when told to, credentials that stay with their host."""

import socket

import pytest

from pipelines import web as module
from pipelines.web import Web, WebError
from tests.pipelines.standin import StandIn


def asked(answers, path="/x", method="GET", body=None, **limits):
    waits = []
    stand_in = StandIn(answers)
    with stand_in.running() as address:
        web = Web(address, {"Authorization": "Bearer secret"}, waits.append)
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
    ("headers", "wait"), [({"Retry-After": "7"}, 7.0), ({"X-RateLimit-Reset": "3"}, 3.0), ({}, 2.0)]
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
        found, _, _ = asked({("GET", "/x"): lambda _: (302, {"Location": f"{elsewhere}/blob"}, {})})
    assert found == {"there": 1}
    assert "Authorization" not in other.asked[0].headers


def test_an_answer_that_is_too_large_is_not_read():
    found, _, _ = asked({("GET", "/x"): b"1" * 1000}, most=999)
    assert "more than 999 bytes" in str(found)


def test_an_answer_that_is_not_json_is_said():
    found, _, _ = asked({("GET", "/x"): b"<html>"})
    assert "isn't JSON: b'<html>'" in str(found)


def test_a_vendor_that_does_not_answer_in_time_is_said(monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(WebError, match=r"no answer within 0\.2 seconds|no answer \(timed out\)"):
            Web(f"http://127.0.0.1:{silent.getsockname()[1]}", {}).get("/x")


def test_a_vendor_that_is_not_there_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(WebError, match=r"GET http://127\.0\.0\.1.*: no answer"):
        Web(f"http://127.0.0.1:{port}", {}).get("/x?key=value")


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(WebError, match="https://"):
        Web("file:///etc", {})
