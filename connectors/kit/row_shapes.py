"""What all rows with the same keys have in common, looked up once: which key is meant by the words of a connector."""

from collections.abc import Iterable

SHAPES = 500
"""Lists of keys that are known at once."""
WORDS = 200
"""Words of a list of keys that are remembered; a row with more keys is looked at by itself."""
NOWHERE = object()
"""What a word means that no key of the row is."""


class RowShape(dict[str, object]):
    """The keys of all rows that have the same ones: under each word that a connector asks by, the key that it means."""

    __slots__ = ("folded", "ignored")

    def __init__(self, keys: Iterable[object]) -> None:
        super().__init__()
        self.folded: dict[str, object] = {}
        for key in keys:
            self.folded[str(key).casefold()] = key
        self.ignored: dict[tuple[str, ...], frozenset[object]] = {}

    def __missing__(self, word: str) -> object:
        key = self.folded.get(word.casefold(), NOWHERE)
        if len(self) < WORDS:
            self[word] = key
        return key

    def ignoring(self, words: tuple[str, ...]) -> frozenset[object]:
        """The keys that these words mean."""
        keys = self.ignored.get(words)
        if keys is None:
            keys = frozenset(map(self.__getitem__, words)) - {NOWHERE}
            if len(self.ignored) < WORDS:
                self.ignored[words] = keys
        return keys


_SHAPES: dict[tuple[object, ...], RowShape] = {}


def shape_of(row: dict[object, object]) -> RowShape:
    """The shape of a row. Keys of other types may be equal to each other, so only those of texts are shared."""
    keys = tuple(row)
    shape = _SHAPES.get(keys)
    if shape is None:
        shape = RowShape(keys)
        if len(keys) <= WORDS and all(type(key) is str for key in keys):
            if len(_SHAPES) >= SHAPES:
                _SHAPES.clear()
            _SHAPES[keys] = shape
    return shape
