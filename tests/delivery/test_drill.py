"""A drill sends one marked test to each receiver, says what became of each, and wakes nobody without being told to."""

from dataclasses import replace

import pytest

from apis.web import Web, unsafe
from components.vocabulary.people import Email, PagerDuty
from delivery import __main__ as command
from delivery.drill import drill, line, refused
from delivery.targets import Target, targets
from delivery.vendors import Outcome
from tests.delivery import vendors as v

GRAFANA = "/apis/notifications.alerting.grafana.app/v1beta1/namespaces/stacks-1/receivers"
SENTRY = "/api/0/organizations/your-organisation"
HANDLE = "@slack-tikit-tikit-staging"


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("YES", raising=False)


@pytest.fixture
def tikit(declared, everything):
    """What the drill of one product in staging has to reach, by vendor."""
    scopes = [scope for scope in everything["staging"] if scope.product.name == "tikit"]
    return targets(declared["staging"], scopes)


@pytest.fixture
def prod(declared, everything):
    return targets(
        declared["prod"], [scope for scope in everything["prod"] if scope.product.name == "fair-trade-worker"]
    )


def of(found, vendor, *kinds):
    return [each for each in found if each.vendor == vendor and (not kinds or each.kind in kinds)]


def run(whom, answers, *, agreed=False, timeout=5.0):
    """Send against one local server that plays the vendor; the results, what was asked, and how long was waited."""
    waited = []
    with v.served(answers) as (vendor, address):
        variables = {
            **v.KEYS,
            **v.TOKENS,
            "DD_HOST": address,
            "GRAFANA_URL": address,
            "SENTRY_BASE_URL": f"{address}/api/",
        }
        change = lambda call: replace(call, sleep=waited.append, timeout=timeout)  # noqa: E731
        results = list(drill(whom[0].scope.environment, whom, variables, agreed=agreed, change=change))
    return results, vendor.asked, waited


def datadog(event=v.EVENT, who=None):
    return {("GET", "/api/v2/current_user"): who or v.owner(), ("POST", "/api/v1/events"): event}


def grafana(tested=v.TESTED, listed=None):
    points = listed or v.points(("tikit-p0-staging", [v.integration("slack", text="x")]))
    return {("POST", f"{GRAFANA}/"): tested, ("GET", GRAFANA): points}


def sentry(whom, fired=(200, ""), listed=None):
    alerts = [v.workflow(each.through, v.action(each.kind, each.receiver.name, "40")) for each in whom]
    return {
        ("GET", f"{SENTRY}/workflows/"): listed or (200, alerts),
        ("GET", "/api/0/teams/"): (200, {"id": "40", "slug": "a-team"}),
        ("POST", f"{SENTRY}/test-fire-actions/"): fired,
    }


def test_each_receiver_of_a_vendor_is_reached_once(declared, everything):
    found = targets(declared["prod"], everything["prod"])
    keys = [
        (each.vendor, "" if each.vendor == "datadog" else each.scope.product.name, each.through, str(each.receiver))
        for each in found
    ]
    assert len(keys) == len(set(keys))
    by_receiver = [(key[0], key[1], key[3]) for key in keys if key[0] != "datadog"]
    assert len(by_receiver) == len(set(by_receiver))
    assert {each.vendor for each in found} == {"datadog", "grafana", "sentry"}
    late = [each for each in found if each.through == "a-lo-cubano-high-late"]
    assert not late, "the same service is reached through the contact point of Critical"
    assert "PagerDuty fairtradeworker-backup" in {str(each.receiver) for each in found}


def test_datadog_is_sent_a_marked_event_with_the_handle(tikit):
    [target] = of(tikit, "datadog")
    [result], asked, _ = run([target], datadog())
    assert (result.good, result.status) == (True, 202)
    method, path, body, headers = asked[-1]
    assert (method, path) == ("POST", "/api/v1/events")
    assert body["text"].endswith(f" {HANDLE}")
    assert body["text"].startswith("DRILL in staging")
    assert headers["dd-api-key"] == v.KEYS["DD_API_KEY"]


def test_nothing_is_sent_to_another_organisation_at_datadog(tikit):
    [result], asked, _ = run(of(tikit, "datadog"), datadog(who=v.owner("Acme")))
    assert not result.good
    assert "the keys open 'Acme', not 'your-organisation'" in result.said
    assert [each[0] for each in asked] == ["GET"]


def test_a_contact_point_is_tested_with_the_secret_that_grafana_keeps(tikit):
    [result], asked, _ = run(of(tikit, "grafana"), grafana())
    assert (result.good, result.status, result.said) == (True, 200, "the receiver took it")
    method, path, body, headers = asked[-1]
    assert (method, path) == ("POST", f"{GRAFANA}/bmFtZQ-0/test")
    assert body["integration"]["secureFields"] == {"url": True}
    assert body["integration"]["settings"] == {"text": "x"}
    assert body["alert"]["labels"]["alertname"] == "DRILL: Slack #tikit-staging"
    assert headers["authorization"] == f"Bearer {v.TOKENS['GRAFANA_AUTH']}"


def test_sentry_fires_the_action_that_it_has_with_a_note_that_says_drill(tikit):
    whom = of(tikit, "sentry")
    [result], asked, _ = run(whom, sentry(whom))
    assert (result.good, result.status) == (True, 200)
    method, path, body, _ = asked[-1]
    assert (method, path) == ("POST", f"{SENTRY}/test-fire-actions/")
    assert body["projectSlug"] == "tikit-staging"
    [fired] = body["actions"]
    assert fired["data"]["notes"].startswith("DRILL in staging")
    assert fired["config"]["targetDisplay"] == "#tikit-staging"
    assert "id" not in fired


def test_mail_at_sentry_goes_to_the_team_that_the_words_name_and_to_no_other(prod):
    whom = of(prod, "sentry", "email")
    assert len(whom) > 1
    both = [v.action("email", "", "40"), v.action("email", "", "41")]
    alerts = [v.workflow(name, *both) for name in {each.through for each in whom}]
    results, asked, _ = run(whom, sentry(whom, listed=(200, alerts)))
    assert all(result.good for result in results)
    teams = [path for method, path, *_ in asked if "/teams/" in path]
    assert len(teams) == len(whom)
    fired = [body["actions"] for method, _, body, _ in asked if method == "POST"]
    assert [[each["config"]["targetIdentifier"] for each in actions] for actions in fired] == [["40"]] * len(whom)


def test_alerts_of_further_pages_are_found_at_sentry(tikit):
    whom = of(tikit, "sentry")
    link = {
        "Link": '<x>; rel="previous"; results="false"; cursor="0", <x>; rel="next"; results="true"; cursor="100:1:0"'
    }
    alerts = [v.workflow(each.through, v.action(each.kind, each.receiver.name)) for each in whom]
    results, asked, _ = run(whom, sentry(whom, listed=[(200, [], link), (200, alerts)]))
    assert all(result.good for result in results)
    assert asked[1][1] == f"{SENTRY}/workflows/?cursor=100%3A1%3A0"


@pytest.mark.parametrize("vendor", ["datadog", "grafana", "sentry"])
@pytest.mark.parametrize(
    ("code", "said"), [(401, ""), (403, ""), (404, ""), (500, "it broke"), (302, ""), (400, "no such thing")]
)
def test_a_refusal_is_a_line_with_the_status_and_what_to_do(tikit, vendor, code, said):
    whom = of(tikit, vendor)
    refusal = v.status(code, said or "refused")
    made = {"datadog": datadog(refusal), "grafana": grafana(refusal), "sentry": sentry(whom, refusal)}[vendor]
    results, _, _ = run(whom, made)
    assert [(result.good, result.status) for result in results] == [(False, code)] * len(whom)
    assert all((said or "refused") in result.said for result in results)
    assert line(results[0], "staging").startswith(f"FAILED  {code} {vendor.title()}")


@pytest.mark.parametrize("vendor", ["datadog", "grafana", "sentry"])
def test_credentials_that_open_nothing_fail_every_receiver_of_the_vendor_and_send_nothing(tikit, vendor):
    whom = of(tikit, vendor)
    denied = v.status(401, "Unauthorized")
    made = {
        "datadog": datadog(who=denied),
        "grafana": grafana(listed=denied),
        "sentry": sentry(whom, listed=denied),
    }[vendor]
    results, asked, _ = run(whom, made)
    assert [result.status for result in results] == [401] * len(whom)
    assert not [each for each in asked if each[0] == "POST"]


@pytest.mark.parametrize("vendor", ["datadog", "grafana", "sentry"])
def test_a_time_out_is_a_failure_and_is_not_sent_again(tikit, vendor):
    whom = of(tikit, vendor)[:1]
    made = {"datadog": datadog(0.6), "grafana": grafana(0.6), "sentry": sentry(whom, 0.6)}[vendor]
    [result], asked, _ = run(whom, made, timeout=0.2)
    assert (result.good, result.status) == (False, 0)
    assert result.said.endswith(": no answer within 0.2 seconds; it may have been done")
    assert len([each for each in asked if each[0] == "POST"]) == 1


def test_after_too_many_requests_it_waits_as_told_and_tries_again_a_few_times(tikit):
    many = (429, {"errors": ["Rate limited"]}, {"Retry-After": "7"})
    [result], asked, waited = run(of(tikit, "datadog"), datadog([many, v.EVENT]))
    assert result.good
    assert 7 in waited
    [result], asked, waited = run(of(tikit, "datadog"), datadog(many))
    assert (result.good, result.status) == (False, 429)
    assert len([each for each in asked if each[0] == "POST"]) == 4
    [result], _, waited = run(of(tikit, "datadog"), datadog([(429, "", {"Retry-After": "86400"}), v.EVENT]))
    assert (result.good, result.status) == (False, 429)
    assert max(waited) == 1, "a day isn't waited for"


def test_calls_are_paced(prod):
    whom = of(prod, "datadog", "slack", "email")
    results, asked, waited = run(whom, datadog())
    assert len(results) == len(whom) > 2
    assert waited == [1.0] * (len(asked) - 1)


def test_where_half_are_refused_the_others_are_sent_all_the_same(prod):
    whom = of(prod, "datadog", "slack", "email")
    results, _, _ = run(whom, datadog([v.EVENT, v.status(403, "Forbidden"), v.EVENT]))
    assert [result.good for result in results][:3] == [True, False, True]


def test_a_receiver_that_refuses_is_a_failure_although_grafana_says_200_and_its_address_stays_secret(tikit):
    error = f'Post "https://hooks.slack.com/services/T0/B0/very-secret": no route; key {"0123456789abcdef" * 2}'
    [result], _, _ = run(of(tikit, "grafana"), grafana(v.failed(error)))
    assert (result.good, result.status) == (False, 200)
    assert "hooks.slack.com" in result.said
    assert "very-secret" not in result.said
    assert "0123456789abcdef" not in result.said


def test_credentials_that_a_vendor_repeats_are_not_printed(tikit):
    said = " ".join((*v.KEYS.values(), *v.TOKENS.values()))
    [result], _, _ = run(of(tikit, "datadog"), datadog((403, said)))
    assert not [secret for secret in v.KEYS.values() if secret in result.said]
    [result], _, _ = run(of(tikit, "grafana"), grafana((403, said)))
    assert v.TOKENS["GRAFANA_AUTH"] not in result.said


@pytest.mark.parametrize("listed", [v.points(), v.points(("tikit-p0-staging", [])), v.points(("other", []))])
def test_a_contact_point_that_isnt_there_or_has_no_such_receiver_is_a_failure(tikit, listed):
    [result], asked, _ = run(of(tikit, "grafana"), grafana(listed=listed))
    assert not result.good
    assert "apply the stack first" in result.said
    assert not [each for each in asked if each[0] == "POST"]


@pytest.mark.parametrize("actions", [[], [v.action("slack", "#other")], [v.action("pagerduty", "tikit-staging")]])
def test_an_alert_at_sentry_that_tells_somebody_else_is_a_failure(tikit, actions):
    whom = of(tikit, "sentry")
    results, _, _ = run(whom, sentry(whom, listed=(200, [v.workflow(each.through, *actions) for each in whom])))
    assert not any(result.good for result in results)
    assert "has no slack action for it: apply the stack first" in results[0].said


@pytest.mark.parametrize("vendor", ["datadog", "grafana", "sentry"])
def test_an_answer_of_another_form_is_a_failure_and_no_traceback(tikit, vendor):
    whom = of(tikit, vendor)
    for odd in ((200, "<html>"), (200, []), (200, {"items": None, "included": 7}), (200, "null")):
        made = {"datadog": datadog(who=odd), "grafana": grafana(listed=odd), "sentry": sentry(whom, listed=odd)}[vendor]
        results, _, _ = run(whom, made)
        assert not any(result.good for result in results)


def test_missing_credentials_are_named_and_the_other_vendors_are_tried(tikit):
    results = list(drill(tikit[0].scope.environment, tikit, {}, agreed=False))
    assert {result.said for result in results} == {
        "DD_API_KEY and DD_APP_KEY must be set",
        "GRAFANA_URL and GRAFANA_AUTH must be set",
        "SENTRY_AUTH_TOKEN must be set",
    }


def test_credentials_are_not_sent_in_the_clear(tikit):
    variables = {**v.TOKENS, "GRAFANA_URL": "http://grafana.example"}
    [result] = drill(tikit[0].scope.environment, of(tikit, "grafana"), variables, agreed=False)
    assert result.said.startswith("GRAFANA_URL isn't an https address")
    assert [bool(unsafe(each)) for each in ("https://x", "http://127.0.0.1:1", "http://x", "ftp://x", "")] == [
        *(False, False, True, True, True)
    ]


def test_a_vendor_that_cant_be_reached_is_a_failure(tikit):
    variables = {**v.TOKENS, "GRAFANA_URL": "http://127.0.0.1:9"}
    [result] = drill(tikit[0].scope.environment, of(tikit, "grafana"), variables, agreed=False)
    assert (result.good, result.status) == (False, 0)
    assert "can't be reached" in result.said


def test_what_wakes_somebody_is_left_out_until_it_is_agreed_to(prod):
    whom = of(prod, "datadog")
    pagers = [each for each in whom if isinstance(each.receiver, PagerDuty)]
    assert pagers
    results, asked, _ = run(whom, datadog())
    assert [each for each in results if isinstance(each, Target)] == pagers
    assert not [body for _, _, body, _ in asked if body and "@pagerduty" in body["text"]]
    assert "it wakes somebody: YES=staging agrees to that" in line(pagers[0], "staging")
    results, asked, _ = run(whom, datadog(), agreed=True)
    assert all(isinstance(each, Outcome) for each in results)
    assert [body for _, _, body, _ in asked if body and "@pagerduty-fairtradeworker" in body["text"]]


def test_prod_sends_nothing_until_it_is_named(prod, tikit):
    production, staging = prod[0].scope.environment, tikit[0].scope.environment
    assert "make drill STACK=prod YES=prod" in refused("prod", production, "", prod)
    assert "isn't the stack" in refused("prod", production, "staging", prod)
    assert "isn't the stack" in refused("staging", staging, "prod", tikit)
    assert "isn't the stack" in refused("prod", production, "yes", prod)
    assert not refused("prod", production, "prod", prod)
    assert not refused("staging", staging, "", tikit)


def test_the_command_ends_with_1_where_a_test_fails_and_with_0_where_all_are_accepted(declared, monkeypatch, capsys):
    monkeypatch.setattr(command, "read", lambda name, *_: declared[name])
    for name in ("DD_API_KEY", "DD_APP_KEY", "GRAFANA_AUTH", "GRAFANA_URL", "SENTRY_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert command.main(["drill", "--stack", "staging", "--product", "tikit"]) == 1
    printed = capsys.readouterr().out
    assert "FAILED  -   Sentry  Slack #tikit-staging (tikit), [staging] Tikit: " in printed
    assert "staging: 0 ok, 3 failed, 0 skipped." in printed
    assert "Test Notifications" in printed
    monkeypatch.setattr(command, "drill", lambda _, whom, *__, **___: [Outcome(each, True, 202, "") for each in whom])
    assert command.main(["drill", "--stack", "staging", "--product", "tikit"]) == 0
    assert command.main(["drill", "--stack", "prod", "--product", "tikit"]) == 1
    assert "Nothing was sent" in capsys.readouterr().err
    monkeypatch.setenv("YES", "prod")
    assert command.main(["drill", "--stack", "prod", "--product", "tikit"]) == 0


def test_a_drill_needs_its_stack_by_name():
    with pytest.raises(SystemExit):
        command.main(["drill"])


def test_a_person_is_told_apart_from_a_password():
    call = Web("https://x", {}, ["pass"])
    assert call.clean("Get https://user:pw@host.example/api?key=1: no") == "Get https://host.example/… no"
    assert len(call.clean("x " * 500)) < 210
    assert Email("a@b.example").wakes is False


def test_a_drill_that_is_interrupted_says_what_was_sent(declared, monkeypatch, capsys):
    def interrupted(_, whom, *__, **___):
        yield Outcome(whom[0], True, 202, "accepted")
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "read", lambda name, *_: declared[name])
    monkeypatch.setattr(command, "drill", interrupted)
    assert command.main(["drill", "--stack", "staging", "--product", "tikit"]) == 130
    printed = capsys.readouterr()
    assert printed.err == "interrupted: besides what is listed, one more test may have been sent.\n"
    assert "staging: 1 ok, 0 failed, 0 skipped." in printed.out


def test_a_stack_file_that_cant_be_read_is_said(monkeypatch, tmp_path):
    (tmp_path / "Pulumi.staging.yaml").mkdir()
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "read", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        command.main(["routes", "--stack", "staging"])
    assert "Pulumi.staging.yaml: can't be read: Is a directory" in str(end.value.code)
