"""Where a message calls somebody although its address doesn't look like it: on-call services and text messages.

Read: PagerDuty's "Email Integration Guide", Grafana's "Inbound Email integration", and addresses at opsgenie.net in
public repositories. The others are the domains of services that are known to take mail; which of their subdomains do
was not looked up, so all are refused. A list can't know a forwarding address of one's own: docs/environments.md.
"""

from __future__ import annotations

SERVICES = """
    allquiet.app alertops.com atlassian.net betterstack.com betteruptime.com bigpanda.io dtdg.co firehydrant.com
    firehydrant.io grafana.net ilert.com ilertnow.com incident.io lightstep.com onpage.com opsgenie.com opsgenie.net
    pagerduty.com pagerduty.eu pagertree.com rootly.com signl4.com spike.sh squadcast.com squadcast.io victorops.com
    xmatters.com zenduty.com
"""
TEXT_MESSAGES = """
    email.uscc.net messaging.sprintpcs.com mms.att.net msg.fi.google.com mymetropcs.com sms.cricketwireless.net
    mms.cricketwireless.net msg.telus.com sms.myboostmobile.com tmomail.net txt.att.net vmobl.com vtext.com vzwpix.com
"""
DOMAINS = frozenset([*SERVICES.split(), *TEXT_MESSAGES.split()])


def calls(host: str) -> bool:
    """Whether what is sent to a host, or mailed to its domain, calls somebody."""
    parts = host.lower().split(".")
    return any(".".join(parts[start:]) in DOMAINS for start in range(len(parts)))
