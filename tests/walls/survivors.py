"""Mutants that change nothing anybody could do: {what the name is like (a regular expression): why}."""

EQUIVALENTS: dict[str, str] = {}
