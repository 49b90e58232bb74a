"""Mutants: declared alerts with one setting changed, and whether the derived cases notice it."""
