"""What a resolver says to the person who asked, in Indonesian and in English."""


class UserError(Exception):
    """The question cannot be answered as it was put. `code` is stable; the texts are for people."""

    def __init__(self, code: str, *, id: str, en: str) -> None:  # noqa: A002
        super().__init__(en)
        self.code = code
        self.texts = {"id": id, "en": en}
