"""The attempts of one call. The library that paces them is only asked once the first attempt has failed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import stamina

from connectors.kit.agency import Limits

stamina.instrumentation.set_on_retry_hooks([])  # each call has its line in the log, so a retry needs none


class Attempts:
    """Each is `with` what this gives.

    `worth` says of a failure whether it is worth another attempt, or after how many seconds. `most` attempts are made.
    """

    def __init__(self, worth: Callable[[Exception], bool | float], most: int, limits: Limits) -> None:
        self._worth = worth
        self._most = most
        self._limits = limits
        self._begun = False
        self._failed: Exception | None = None
        self._later: Any = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AbstractContextManager[Any]:
        if not self._begun:
            self._begun = True
            return self
        if self._failed:
            self._later = stamina.retry_context(
                on=self._worth,
                attempts=self._most,
                timeout=None,
                wait_initial=self._limits.retry_wait,
                wait_max=self._limits.timeout,
                wait_jitter=self._limits.retry_wait,
            ).__aiter__()
            with await self._later.__anext__():  # that was the first attempt
                failed, self._failed = self._failed, None
                raise failed
        later: AbstractContextManager[Any] = await self._later.__anext__()
        return later

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        again = isinstance(error, Exception) and self._most > 1 and self._worth(error) is not False
        self._failed = error if again and isinstance(error, Exception) else None
        return again
