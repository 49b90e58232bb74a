"""The organisation at Sentry that the credentials open."""

from __future__ import annotations

import pulumi_sentry as sentry

from components.environment import Environment


def whose(environment: Environment) -> str:
    """Its slug: Sentry answers for the one that the stack's file names, or not at all."""
    return str(sentry.get_organization(slug=environment.sentry_organization).slug)
