"""Datadog: declared monitors on what a story sends, as its documentation says that they are evaluated."""
