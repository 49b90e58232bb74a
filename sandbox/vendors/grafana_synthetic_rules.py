"""What Grafana's synthetic monitoring refuses: its agent's own validation, which its API uses."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.vendors.grafana_facts import CHECK, PROBES, PROVIDER
from sandbox.vendors.model import at, at_least_one, between, exactly_one, one_of, only, read_in, walk
from sandbox.vendors.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.model import AccountRule, Rule
    from sandbox.vendors.values import Inputs

PROTOCOLS = ("browser", "dns", "grpc", "http", "multihttp", "ping", "scripted", "tcp", "traceroute")
K6 = ("browser", "multihttp", "scripted")
HTTP_SETTINGS = (
    *("basicAuth", "bearerToken", "body", "cacheBustingQueryParamName", "compression", "failIfBodyMatchesRegexps"),
    *("failIfBodyNotMatchesRegexps", "failIfHeaderMatchesRegexps", "failIfHeaderNotMatchesRegexps", "failIfNotSsl"),
    *("failIfSsl", "headers", "ipVersion", "method", "noFollowRedirects", "proxyConnectHeaders", "proxyUrl"),
    *("secretManagerEnabled", "tlsConfig", "validHttpVersions", "validStatusCodes"),
)
REGEXPS = (
    *("failIfBodyMatchesRegexps[]", "failIfBodyNotMatchesRegexps[]"),
    *("failIfHeaderMatchesRegexps[].regexp", "failIfHeaderNotMatchesRegexps[].regexp"),
)
LABEL_BYTES = 128
MOST_LABELS = 5
DEFAULT_FREQUENCY, DEFAULT_TIMEOUT = 60_000, 3_000
"""Milliseconds, of the provider."""

ALERT_NAMES = (
    "ProbeFailedExecutionsTooHigh",
    "TLSTargetCertificateCloseToExpiring",
    "HTTPRequestDurationTooHighAvg",
    "PingRequestDurationTooHighAvg",
    "DNSRequestDurationTooHighAvg",
)


def _protocol(inputs: Inputs) -> str:
    settings = at(inputs, "settings")
    chosen = [name for name in PROTOCOLS if isinstance(settings, dict) and settings.get(name) is not None]
    return chosen[0] if chosen else ""


def job_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that the job and the target aren't empty."""
    for name in ("job", "target"):
        if at(inputs, name) == "":
            yield f"[400] invalid check {name}: it is empty"


def frequency_fits(inputs: Inputs) -> Iterator[str]:
    """Check that a check runs at most as often as its kind may."""
    protocol, frequency = _protocol(inputs), at(inputs, "frequency")
    least = 120_000 if protocol == "traceroute" else 60_000 if protocol in K6 else 1_000
    if isinstance(frequency, int) and frequency < least:
        yield f"[400] invalid check frequency: {frequency} ms; a {protocol} check runs every {least} ms or less often"


def timeout_fits(inputs: Inputs) -> Iterator[str]:
    """Check that a check ends before the next starts, and within its kind's limit."""
    frequency, timeout = at(inputs, "frequency"), at(inputs, "timeout")
    frequency = DEFAULT_FREQUENCY if frequency is None else frequency
    protocol = _protocol(inputs)
    least, most = (30_000, 30_000) if protocol == "traceroute" else (1_000, 180_000 if protocol in K6 else 60_000)
    timeout = (30_000 if protocol == "traceroute" else DEFAULT_TIMEOUT) if timeout is None else timeout
    if isinstance(timeout, int) and isinstance(frequency, int) and not least <= timeout <= min(most, frequency):
        yield (
            f"[400] invalid check timeout: {timeout} ms must be between {least} and {min(most, frequency)} ms "
            "(the frequency, or the limit of its kind)"
        )


def labels_are_short(inputs: Inputs) -> Iterator[str]:
    """Check that names and values of labels have 1 to 128 bytes, names of letters, digits and _."""
    labels: dict[str, Any] = at(inputs, "labels") or {}
    for name, value in labels.items():
        if not re.fullmatch(r"[a-zA-Z0-9_]{1,128}", name):
            yield f"labels: [400] invalid label name {name!r}: it has 1 to {LABEL_BYTES} letters, digits and _"
        if value is not UNKNOWN and not 1 <= len(str(value).encode()) <= LABEL_BYTES:
            yield f"labels: [400] invalid label value: {name!r} must have 1 to {LABEL_BYTES} bytes, got {value!r}"


def labels_are_few(inputs: Inputs) -> Iterator[str]:
    """Check that a check has at most five labels of its own."""
    labels: dict[str, Any] = at(inputs, "labels") or {}
    if len(labels) > MOST_LABELS:
        yield f"labels: [400] too many labels: at most {MOST_LABELS}, got {len(labels)}"


def target_fits_protocol(inputs: Inputs) -> Iterator[str]:
    """Check that the target is a URL without credentials for HTTP, host:port for TCP and gRPC, a host for ping."""
    target, protocol = at(inputs, "target"), _protocol(inputs)
    if not isinstance(target, str) or not target:
        return
    if protocol == "http":
        yield from _url(target)
    elif protocol in ("tcp", "grpc"):
        host, _, port = target.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 2**16 or not _is_host(host.strip("[]")):
            yield f"target: [400] invalid check target: {target!r} is not host:port"
    elif protocol in ("ping", "traceroute") and not _is_host(target):
        yield f"target: [400] invalid {protocol} hostname: {target!r} is not an address or a host with a domain"


def _url(target: str) -> Iterator[str]:
    try:
        parts = urlsplit(target)
        host = parts.hostname
    except ValueError:
        yield f"target: [400] invalid HTTP URL: {target!r}"
        return
    if parts.password is not None:
        yield "target: [400] HTTP URL contains username and password"
    elif parts.username:
        yield "target: [400] HTTP URL contains username"
    elif parts.scheme not in ("http", "https") or target != target.strip():
        yield f"target: [400] invalid HTTP URL: {target!r} is not an http:// or https:// URL"
    elif not host:
        yield f"target: [400] invalid hostname: {target!r} has none"


def _is_host(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        part = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        return bool(re.fullmatch(rf"({part}\.)+{part}\.?|localhost", text))
    return True


def headers_are_pairs(inputs: Inputs) -> Iterator[str]:
    """Check that a header is `Name: value`."""
    for name, said in (("headers", "HTTP headers"), ("proxyConnectHeaders", "HTTP proxy connect headers")):
        for place, header in walk(inputs, f"settings.http.{name}[]"):
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*", str(header)):
                # Not the header itself: it may hold a token.
                yield f"{place}: [400] invalid {said}: it is not of the form Name: value"


def regexps_are_re2(inputs: Inputs) -> Iterator[str]:
    """Check that regular expressions are of Go's kind: no look-around, no back-references."""
    for path in REGEXPS:
        for place, pattern in walk(inputs, f"settings.http.{path}"):
            problem = _re2_problem(str(pattern))
            if problem:
                yield f"{place}: [400] invalid HTTP regexp {pattern!r}: {problem}"


def _re2_problem(pattern: str) -> str:
    foreign = re.search(r"(?<!\\)(\\\\)*(\(\?(=|!|<=|<!|>|\(|P=)|\\[1-9]|[*+?}]\+)", pattern)
    if foreign:
        return f"RE2 has no {foreign[2]}"
    # What RE2 has and Python writes otherwise, or not.
    known = re.sub(r"\\[pP](\{\^?\w+\}|[A-Z])|\[\[:\^?\w+:\]\]|\[:\^?\w+:\]", "x", pattern)
    known = re.sub(r"\(\?[imsU-]+\)", "", known).replace("\\z", "\\Z").replace("(?<", "(?P<").replace("(?U", "(?s")
    try:
        re.compile(re.sub(r"\\Q.*?(\\E|$)", "x", known).replace("\\C", "."))
    except re.error as problem:
        return str(problem)
    return ""


def probes_exist(inputs: Inputs) -> Iterator[str]:
    """Check that a check runs from probes that exist."""
    for place, probe in walk(inputs, "probes[]"):
        if probe not in PROBES.values():
            yield f"{place}: [400] invalid probe: there is no probe with id {probe}"


def check_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Alerts are of a check that exists."""
    if account.get(CHECK, str(inputs["checkId"])) is None:
        yield f"[404] check {inputs['checkId']} doesn't exist"


def periods_are_given(inputs: Inputs) -> Iterator[str]:
    """Every alert of a check but that on the certificate looks at a period."""
    for place, alert in walk(inputs, "alerts[]"):
        if alert.get("name") != "TLSTargetCertificateCloseToExpiring" and not alert.get("period"):
            yield f"{place}: [400] period is required for {alert.get('name')}"


AGENT = "grafana/synthetic-monitoring-agent: pkg/pb/synthetic_monitoring/checks_extra.go"
RESOURCE = f"{PROVIDER}: internal/resources/syntheticmonitoring/resource_check.go"
CHECK_RULES: tuple[Rule, ...] = (
    *read_in(
        RESOURCE,
        only("settings", *PROTOCOLS),
        only("settings.http", *HTTP_SETTINGS),
        between("frequency", 1000, 3_600_000, " ms"),
        exactly_one(*PROTOCOLS, within="settings"),
    ),
    *read_in(
        f"{AGENT}, Check.Validate",
        at_least_one("probes"),
        job_is_named,
        frequency_fits,
        timeout_fits,
        labels_are_short,
        target_fits_protocol,
        headers_are_pairs,
        regexps_are_re2,
    ),
    *read_in(f"{RESOURCE}, labels: at most 5 per check", labels_are_few),
    *read_in("grafana/synthetic-monitoring-api-go-client: the API's probe/list", probes_exist),
)
ALERTS = f"{PROVIDER}: internal/resources/syntheticmonitoring/resource_check_alerts.go"
CHECK_ALERT_RULES: tuple[Rule, ...] = read_in(
    ALERTS,
    one_of("alerts[].name", *ALERT_NAMES),
    one_of("alerts[].period", "", "5m", "10m", "15m", "20m", "30m", "1h"),
    periods_are_given,
)
CHECK_ALERT_ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(ALERTS, check_exists)
