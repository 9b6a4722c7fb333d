"""What makes kept answers void besides the end of their lives: a breaker that changes."""

from connectors.kit.agency import Agency
from connectors.kit.observer import BreakerState, Observer
from engine.answers.answers import Answers


class AnswersObserver(Observer):
    """Drops the answers of an agency whose breaker changes: its readings may come in another state from now on."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def breaker_changed(self, agency: Agency, state: BreakerState, cause: str | None) -> None:  # noqa: ARG002  the base's signature
        self._answers.forget((f"agency:{agency.code}",))
