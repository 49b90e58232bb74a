"""Datadog: monitors, objectives, dashboards, logs and the status page of a product."""
