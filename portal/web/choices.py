"""What a form offers to choose from, as WTForms wants it."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import SelectChoice


def offered(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) pairs, in order."""
    return [SelectChoice(value, label) for value, label in pairs]


def grouped(groups: Mapping[str, Iterable[tuple[Any, Any]]]) -> list[SelectChoice]:
    """{heading: pairs}, in order."""
    return [SelectChoice(value, label, optgroup=head) for head, pairs in groups.items() for value, label in pairs]
