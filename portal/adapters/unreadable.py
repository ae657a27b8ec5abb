"""What is said of a file that cannot be read at all."""


class UnreadableFile(Exception):
    """One clear Japanese sentence. `sentence` is source text for the catalogue, `facts` fill its %(names)s."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence, facts)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence % self.facts if self.facts else self.sentence


class Unfitting(UnreadableFile):
    """A table, but not in our words: the desk may say which of its columns is which."""
