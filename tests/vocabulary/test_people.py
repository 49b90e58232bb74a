import pytest

from components.vocabulary import Email, PagerDuty, Severity, Slack, minutes
from tests.refusals import refused

TEAM = Email("team@tiny.example")


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("alerts", "#alerts"),
        ("#", "#alerts"),
        ("", "#alerts"),
        ("ops#1", "#ops-1"),
        ("#Ops", "#ops"),
        ("#two words", "#two-words"),
        ("##ops", "#ops"),
    ],
)
def test_a_slack_channel_starts_with_a_hash(name, instead):
    assert refused(lambda: Slack(name)) == [
        f"slack {name!r}, `name`: {name!r} isn't a channel: it would reach a person or nobody. -> {instead}"
    ]


@pytest.mark.parametrize("address", ["team", "team@", "@tiny.example", "team@tiny"])
def test_an_address_has_a_mailbox_and_a_domain(address):
    assert refused(lambda: Email(address)) == [
        (
            f"email {address!r}, `name`: {address!r} isn't an e-mail address, so mail to it would bounce. "
            f"-> team@example.com"
        )
    ]


def test_only_pagerduty_wakes_somebody():
    assert [each.wakes for each in (PagerDuty("tiny"), Slack("#alerts"), TEAM)] == [True, False, False]


@pytest.mark.parametrize(
    ("receiver", "key", "text"),
    [
        (PagerDuty("tiny"), "pagerduty-tiny", "PagerDuty tiny"),
        (Slack("#tiny-alerts"), "slack-tiny-alerts", "Slack #tiny-alerts"),
        (Email("Team@tiny.example"), "email-team-tiny-example", "Email Team@tiny.example"),
    ],
)
def test_a_receiver_has_a_key_for_names_and_a_text_for_people(receiver, key, text):
    assert receiver.key == key
    assert str(receiver) == text


def test_a_severity_has_an_urgency_from_1_to_5():
    assert refused(lambda: Severity("P0", "Critical", urgency=0, answer_within=minutes(5), tell=(), rows="TNY-01")) == [
        "severity 'P0', `urgency`: 0 isn't an urgency. -> 1 (worst) to 5",
    ]


def test_a_severity_tells_receivers_and_not_names():
    build = lambda: Severity("P0", "x", urgency=1, answer_within=15, tell=("#alerts",), rows="TNY-01")  # noqa: E731
    assert refused(build) == [
        (
            "severity 'P0', `answer_within`: 15 has no unit, so nobody can tell what it means. "
            "-> a duration, such as seconds(3), minutes(10) or hours(1)"
        ),
        (
            "severity 'P0', `tell`: '#alerts' isn't valid here (str). "
            '-> a receiver: Slack("#…"), Email("…@…") or PagerDuty("…")'
        ),
    ]


def test_a_single_receiver_needs_no_brackets():
    alone = Severity("P0", "x", urgency=1, answer_within=minutes(5), tell=TEAM, rows="TNY-01")
    assert alone.receivers == (TEAM,)


@pytest.mark.parametrize("tell", ["#alerts", ("#alerts",)])
def test_what_is_not_a_receiver_is_refused_with_and_without_brackets(tell):
    (text,) = refused(lambda: Severity("P0", "x", urgency=1, answer_within=minutes(5), tell=tell, rows="TNY-01"))
    assert text == (
        "severity 'P0', `tell`: '#alerts' isn't valid here (str). "
        '-> a receiver: Slack("#…"), Email("…@…") or PagerDuty("…")'
    )


def test_a_severity_wakes_when_one_of_its_receivers_does():
    def severity(*tell):
        return Severity("P0", "Critical", urgency=1, answer_within=minutes(5), tell=tell, rows="TNY-01")

    assert severity(TEAM, PagerDuty("tiny")).wakes
    assert not severity(TEAM, Slack("#alerts")).wakes


def test_a_severity_whose_name_says_it_all_is_not_named_twice():
    def severity(name, title):
        return str(Severity(name, title, urgency=1, answer_within=minutes(5), tell=(TEAM,), rows="TNY-01"))

    assert severity("P0", "Critical") == "P0 Critical"
    assert severity("Critical", "Critical") == "Critical"


def test_an_escalation_says_when_and_to_whom():
    assert refused(
        lambda: Severity(
            "P0", "P0", urgency=1, answer_within=minutes(5), tell=(), escalate_after=minutes(30), rows="TNY-01"
        )
    ) == [
        (
            "severity 'P0', `escalate_after`: and `escalate_to` go together. "
            "-> escalate_after=minutes(30), escalate_to=ON_CALL"
        )
    ]
