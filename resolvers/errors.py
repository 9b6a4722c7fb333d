"""What a resolver says to the person who asked, in Indonesian and in English."""


class UserError(Exception):
    """The question cannot be answered as it was put. `code` is stable; the texts are for people.

    `retry_after` is in seconds, where it will be answered then.
    """

    def __init__(self, code: str, *, id: str, en: str, retry_after: int | None = None) -> None:  # noqa: A002
        super().__init__(en)
        self.code = code
        self.texts = {"id": id, "en": en}
        self.retry_after = retry_after
