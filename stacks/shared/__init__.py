"""What several products agree on. A product file imports what it uses from here, or says its own instead.

Being imported is being declared: `**named_in(globals())` takes an imported severity for one of the product's.
"""

from components.vocabulary import Email, PagerDuty, Severity, Slack, days, hours, minutes


def usual_severities(
    *, on_call: PagerDuty, channel: Slack, team: Email, rows: str
) -> tuple[Severity, Severity, Severity]:
    """The three that a product has without a document of its own: who is told, how fast they answer, how often again.

    Critical wakes whoever is on call; a warning is answered in the working day; info is read when there is time.
    """
    return (
        Severity(
            "Critical",
            "Critical",
            urgency=1,
            answer_within=minutes(15),
            remind_every=minutes(30),
            tell=(on_call, channel, team),
            rows=rows,
        ),
        Severity(
            "Warning",
            "Warning",
            urgency=3,
            answer_within=hours(4),
            remind_every=hours(12),
            tell=(channel, team),
            rows=rows,
        ),
        Severity("Info", "Info", urgency=5, answer_within=days(1), tell=channel, rows=rows),
    )
