"""Sentry: declared alerts and metric monitors on the events that come in, as its source processes them."""
