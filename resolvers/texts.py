"""How texts are searched."""


def has_words(text: str, wanted: str) -> bool:
    """Whether each of the wanted words begins or stands within one of the text's, in any case."""
    folded = text.casefold()
    return all(word in folded for word in wanted.casefold().split())
