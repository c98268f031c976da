"""Circuit breaker, one per service: a dead service is refused at once instead of waited for."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after `threshold` failures in a row; after `pause` seconds one probe may pass.

    Only failures to connect and time-outs count: an answer, whatever its status, is a sign of life.
    """

    threshold: int = 5
    pause: float = 2.0
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _opened_at: float | None = None
    _is_probing: bool = False

    def may_pass(self) -> bool:
        """False while open; true once per pause for the probe."""
        if self._opened_at is None:
            return True
        if self._is_probing or self.clock() - self._opened_at < self.pause:
            return False
        self._is_probing = True
        return True

    def succeeded(self) -> None:
        """An answer came: closed."""
        if self.failures:
            self.failures, self._opened_at, self._is_probing = 0, None, False

    def failed(self) -> None:
        """No answer came: one more failure; opens at the threshold, reopens after a bad probe."""
        self.failures += 1
        self._is_probing = False
        if self.failures >= self.threshold:
            self._opened_at = self.clock()

    def abandoned(self) -> None:
        """The caller went away before there was an answer: says nothing about the service."""
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """True when calls are being refused."""
        return self._opened_at is not None

    def retry_after(self) -> int:
        """Whole seconds until a call is worth trying, at least 1."""
        if self._opened_at is None:
            return 1
        return max(1, round(self.pause - (self.clock() - self._opened_at)))
