"""Passwords (argon2id), one-time codes (RFC 6238) and the lock after too many failures."""

import asyncio
import hmac
from datetime import datetime, timedelta

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pyotp import TOTP

from gateway.oauth.models import User

FAILURES = 5
WITHIN = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
STEP_SECONDS = 30

# OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))
# Checked when the user is not known, so that the answer takes as long.
_nobody = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


class PasswordCheck:
    """Checks passwords in threads, few at once: each takes a core for 30 ms, 19 MiB with it."""

    def __init__(self, at_once: int = 2) -> None:
        self._slots = asyncio.Semaphore(at_once)

    async def matches(self, password: str, hashed: str | None) -> bool:
        """True when it matches; takes as long when there is nothing to match."""
        async with self._slots:
            try:
                is_same = await asyncio.to_thread(_hasher.verify, password, hashed or _nobody)
            except UnknownHashError:
                return False
        return is_same and hashed is not None


def accept_one_time_code(user: User, code: str, at: datetime) -> bool:
    """True once per code: the last accepted time step is kept (ASVS 6.5.1)."""
    if user.totp_secret is None:
        return True
    totp = TOTP(user.totp_secret)
    present = int(at.timestamp()) // STEP_SECONDS
    for step in (present - 1, present, present + 1):
        expected = totp.generate_otp(step)
        if hmac.compare_digest(expected.encode(), code.encode()) and step > user.totp_last_step:
            user.totp_last_step = step
            return True
    return False


def is_locked(user: User, at: datetime) -> bool:
    """True while the account is locked."""
    return user.locked_until is not None and at < user.locked_until


def note_failure(user: User, at: datetime) -> None:
    """Counts a failure; the fifth within fifteen minutes locks for fifteen."""
    if user.first_failed_at is None or at - user.first_failed_at > WITHIN:
        user.first_failed_at, user.failed_attempts = at, 0
    user.failed_attempts += 1
    if user.failed_attempts >= FAILURES:
        user.locked_until = at + LOCKED_FOR
        user.failed_attempts, user.first_failed_at = 0, None


def note_success(user: User) -> None:
    """Forgets earlier failures."""
    user.failed_attempts, user.first_failed_at, user.locked_until = 0, None, None
