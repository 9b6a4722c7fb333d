"""The first look at a document, whatever it came by: its length, then its tokens. Nothing else goes over it before."""

from array import array
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, Source, SourceLocation
from graphql.language.parser import Parser

from engine.execution.limits import DocumentLimits


class LimitExceeded(GraphQLError):
    """The document asks for too much of something."""

    def __init__(self, limit: str, most: int, found: int | None) -> None:
        super().__init__(f"The document asks for too much: {limit}")
        self.limit = limit
        self.most = most
        self.found = found


class DocumentText(Source):
    """A document's text. Its lines are found once; the library's own goes over it again for each place of an error."""

    @cached_property
    def _lines(self) -> "array[int]":
        """Where each line begins."""
        lines = self.body.replace("\r\n", " \n").replace("\r", "\n").split("\n")
        return array("L", accumulate((len(line) + 1 for line in lines[:-1]), initial=0))

    def get_location(self, position: int) -> SourceLocation:
        """The line and the column of a character, both from 1."""
        line = bisect_right(self._lines, position)
        return SourceLocation(line, position + 1 - self._lines[line - 1])


class Parsing:
    """A document on its way to be a tree.

    `length` and `tokens` are how much of it was looked at; of these tokens, comments do not `say` anything.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.length = 0
        self.tokens = 0
        self.say = 0

    def within(self, limits: DocumentLimits) -> DocumentNode:
        """The tree; raises `GraphQLError` where it is none, or where the text is beyond the limits."""
        if len(self._text) > limits.length:
            raise LimitExceeded("length", limits.length, None)
        self.length = len(self._text)
        parser = Parser(DocumentText(self._text), max_tokens=limits.tokens, max_lexical_tokens=limits.tokens)
        try:
            return parser.parse_document()
        except RecursionError:
            raise LimitExceeded("depth", limits.depth, None) from None
        finally:
            self.tokens = parser.token_count
            self.say = parser._lexical_token_counter  # noqa: SLF001  it has no other name


def has_several(document: DocumentNode) -> bool:
    """Whether it has more than one operation."""
    return sum(isinstance(each, OperationDefinitionNode) for each in document.definitions) > 1
