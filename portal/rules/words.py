"""Japanese source text on floors that know no reader."""


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools find what is to be translated
    """Mark text for the catalogue and leave it as it is; whoever shows it calls `_()`."""
    return text
