"""Bad input is refused with everything that is wrong in one text: which product and alert, why, what to write."""

import re

import pytest

from tests.conftest import budget
from tests.malformed.test_stack_files import told

TIKIT = "stacks/tikit.py"
STAGING = "Pulumi.staging.yaml"
PERCENT = "FAILING.over(minutes(5), at_least=times(50)).above(percent(5))"

# file, what stands there, what is written instead, and what the refusal has to say: words and their order.
CASES = {
    "a misspelt key in the stack file": (
        STAGING,
        "keep-logs-at-most: 7d",
        "keep-log-at-most: 7d",
        ["Pulumi.staging.yaml", "keep-logs-at-most", "is missing"],
        ["keep-log-at-most", "isn't a key", "keep-logs-at-most"],
    ),
    "a missing key in the stack file": (STAGING, "    suffix: -staging\n", "", ["suffix", "is missing", "suffix: "]),
    "a value of the wrong kind in the stack file": (
        STAGING,
        "probe-at-most-every: 10m",
        "probe-at-most-every: half an hour",
        ["probe-at-most-every", "'half an hour'", "such as 30m"],
    ),
    "a misspelt name of the environment": (
        STAGING,
        "monitoring:environment:",
        "monitoring:enviroment:",
        ["monitoring:environment", "is missing"],
        ["monitoring:enviroment", "nothing would read it", "monitoring:environment"],
    ),
    "a receiver that wakes somebody in the stack file": (
        STAGING,
        'notify: { slack: "#{product}-staging" }',
        "notify: { pagerduty: tikit }",
        ["notify", "as-declared"],
    ),
    "a channel without # in the stack file": (
        STAGING,
        'notify: { slack: "#{product}-staging" }',
        'notify: { slack: "tikit-staging" }',
        ["notify", "#tikit-staging"],
    ),
    "a severity of another product": (
        TIKIT,
        '"new-error",\n        P3,',
        '"new-error",\n        Severity("P33", "?", urgency=5, answer_within=days(1), tell=TEAM, rows="TIK-22"),',
        ["tikit", "alert 'new-error'", "severity", "'P33'", "isn't one of Tikit's severities", "P3"],
    ),
    "a number without a unit": (
        TIKIT,
        PERCENT,
        PERCENT.replace("percent(5)", "5"),
        ["tikit", "alert 'high-error-rate'", "critical", "has no unit", "percent(5)"],
    ),
    "a warning beyond critical": (
        TIKIT,
        PERCENT,
        PERCENT.replace("percent(5)", "percent(5), warn=percent(9)"),
        ["tikit", "alert 'high-error-rate'", "warn", "'9 %'", "after the alert", "below 5 %"],
    ),
    "a limit of another dimension": (
        TIKIT,
        "Percentile(99, API.latency).over(minutes(10)).above(seconds(3))",
        "Percentile(99, API.latency).over(minutes(10)).above(percent(3))",
        ["tikit", "alert 'slow-responses'", "critical", "seconds"],
    ),
    "a window that the vendor doesn't offer": (
        TIKIT,
        PERCENT,
        PERCENT.replace("minutes(5)", "days(31)"),
        ["tikit", "alert 'high-error-rate'", "over", "'31 days'", "Datadog", "730 hours"],
    ),
    "a percentile that the vendor doesn't offer": (
        TIKIT,
        "Percentile(99, API.latency).over(minutes(10)).above(seconds(3))",
        "Percentile(99.999, API.latency).over(minutes(10)).above(seconds(3))",
        ["tikit", "alert 'slow-responses'", "rank", "99.999", "two digits"],
    ),
    "a percentile that is none": (
        TIKIT,
        "Percentile(99, API.latency).over(minutes(10)).above(seconds(3))",
        "Percentile(150, API.latency).over(minutes(10)).above(seconds(3))",
        ["tikit", "alert 'slow-responses'", "rank", "150", "between 0 and 100"],
    ),
    "no address for an environment": (
        TIKIT,
        '"staging": {"api": "https://api.staging.tikit.app", "web": "https://staging.tikit.app"},',
        "",
        ["tikit", "urls", "no entry for staging", '"staging": {"api": "https://'],
    ),
    "http instead of https": (
        TIKIT,
        '"web": "https://tikit.app"}',
        '"web": "http://tikit.app"}',
        ["tikit", "urls['production']['web']", "'http://tikit.app'", "in the clear", "https://tikit.app"],
    ),
    "two alerts of one name": (
        TIKIT,
        '        "slower-responses",',
        '        "slow-responses",',
        ["tikit", "alert 'slow-responses'", "name", "one would replace the other"],
    ),
    "a Slack channel without #": (
        TIKIT,
        'Slack("#alerts")',
        'Slack("alerts")',
        ["tikit", "slack 'alerts'", "name", "isn't a channel", "#alerts"],
    ),
    "a variable that the query doesn't group by": (
        TIKIT,
        'summary="More than {threshold} of the calls to {service} fail"',
        'summary="More than {threshold} of the calls to {vendor} fail"',
        ["tikit", "alert 'vendor-failing'", "summary", "{vendor}", "{service}"],
    ),
    "two metrics of one name": (
        TIKIT,
        'counter("payment.succeeded"',
        'counter("payment.attempted"',
        ["tikit", "metric 'payment.attempted'", "name", "is used 2 times"],
    ),
    "a metric that nothing reads": (
        TIKIT,
        "Count(REFERRALS)",
        "Count(REGISTRATIONS)",
        ["tikit", "`REFERRALS`", "'referral.converted'", "isn't used", "also_emits=(REFERRALS,)"],
    ),
    "a receiver that nobody tells": (
        TIKIT,
        "tell=(ON_CALL, ALERTS, TEAM)",
        "tell=(ALERTS, TEAM)",
        ["tikit", "`ON_CALL`", "'tikit'", "isn't used", "a severity or an alert that notifies it"],
    ),
    "a product file that doesn't import": (
        TIKIT,
        "ON_CALL = PagerDuty",
        "ON_CALL = PagerDutty",
        ["tikit", "tikit.py:", "can't be imported", "NameError", "PagerDutty"],
    ),
    "a probe location that doesn't exist": (
        STAGING,
        "probe-from: [Frankfurt]",
        "probe-from: [Frankfort]",
        ["probe-from", "'Frankfort'", "isn't one of Grafana Cloud's probe locations", "Frankfurt"],
    ),
    "a misspelt word in an alert": (
        TIKIT,
        'summary="A fatal error was reported to Sentry"',
        'sumary="A fatal error was reported to Sentry"',
        ["tikit", "alert 'fatal-error'", "sumary", "isn't an argument of Alert", "summary"],
    ),
    "an alert without severity": (
        TIKIT,
        '"data-loss",\n        P0,',
        '"data-loss",',
        ["tikit", "alert 'data-loss'", "severity", "is missing", "severity="],
    ),
    "a page without a traffic gate": (
        TIKIT,
        PERCENT,
        PERCENT.replace(", at_least=times(50)", ""),
        ["tikit", "alert 'high-error-rate'", "at_least", "tikit.py:", "is missing", "at_least=times(20)"],
        ["Rule: page-without-gate (docs/rules.md)"],
    ),
    "something of production alone": (
        "Pulumi.prod.yaml",
        budget("prod"),
        "uptime-executions-per-month: 7",
        ["Pulumi.prod.yaml, `uptime-executions-per-month`: 7 is exceeded", "Rule: executions-over-budget"],
    ),
    "an excuse that has expired": (
        "stacks/fair_trade_worker.py",
        'FTW-03", until="2027-11-30"',
        'FTW-03", until="2020-02-29"',
        ["alert 'critical-error-rate'", "at_least", "Rule: page-without-gate"],
        ["alert 'critical-error-rate'", "excused", "was excused until 2020-02-29, which has passed", "FTW-03"],
    ),
    "a name that Sentry doesn't take": (
        TIKIT,
        '"fatal-error",',
        f'"fatal-error{"-of-a-kind" * 24}",',
        ["tikit", "name", "Sentry", "256"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_what_is_wrong_and_what_to_write_instead(read_here, capsys, case):
    file, old, new, *messages = CASES[case]
    read_here.edit(file, old, new)
    said = told(read_here.root)
    assert "Traceback" not in said
    assert capsys.readouterr().out == ""
    for words in messages:
        assert re.search(".*?".join(map(re.escape, words)), said, re.DOTALL), (words, said)


def test_an_unknown_stack_is_refused_with_the_ones_there_are(copy):
    result = copy.run("review.plan", "--stack", "stagin")
    assert (result.returncode, result.stdout) == (1, "")
    assert "'stagin'" in result.stderr
    assert "staging" in result.stderr.replace("'stagin'", "")
    assert "Traceback" not in result.stderr


def test_a_stack_file_that_is_no_yaml_is_named(copy):
    copy.write("Pulumi.staging.yaml", "config: [")
    result = copy.run("review.plan", "--stack", "staging")
    assert result.returncode == 1
    assert "Pulumi.staging.yaml" in result.stderr
    assert "Traceback" not in result.stderr


def test_everything_that_is_wrong_is_said_in_one_run(copy):
    for case in ("a number without a unit", "a Slack channel without #", "two alerts of one name"):
        copy.edit(*CASES[case][:3])
    copy.edit(STAGING, "    suffix: -staging\n", "")
    result = copy.run("review.plan", "--stack", "staging")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for words in ("has no unit", "isn't a channel", "is missing, and has no default"):
        assert words in result.stderr


def test_a_product_that_is_broken_does_not_hide_what_is_wrong_with_another(copy):
    copy.edit(TIKIT, 'Slack("#alerts")', 'Slack("alerts")')
    copy.write("stacks/other.py", "import nothing_of_that_name\n")
    copy.write("stacks/third.py", "PRODUCTS = ()\n")
    result = copy.run("review.plan", "--stack", "prod")
    assert result.returncode == 1
    assert "isn't a channel" in result.stderr
    assert "nothing_of_that_name" in result.stderr
    assert "PRODUCT = Product(" in result.stderr


def test_a_refusal_begins_with_how_many_problems_there_are(copy):
    copy.edit(*CASES["a number without a unit"][:3])
    assert copy.run("review.plan", "--stack", "staging").stderr.startswith("1 problem found, nothing was declared:")
