"""Datadog's query language, parsed. Nothing here knows the vocabulary."""
