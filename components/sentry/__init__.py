"""Sentry: the product's project, what it drops, and the alerts on its issues."""
