"""The embedded default: Pulumi's own engine, run against stand-ins for Datadog, Grafana Cloud and Sentry.

`python -m sandbox preview|up|refresh|destroy|export|unlock` needs no account and no credential. Everything it writes
lies under `.sandbox/`; no tracked file is ever touched.
"""
