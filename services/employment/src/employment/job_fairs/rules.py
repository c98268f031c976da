"""How the figures of two cities are told as one. Pure."""

from collections.abc import Iterable
from typing import Any

from employment.job_fairs.models import FIGURES
from employment.job_fairs.schemas import Figures


def total(results: Iterable[Any]) -> Figures:
    """The figures of both cities together; a figure that nobody knows yet stays unknown."""
    filed = list(results)
    sums: dict[str, int | None] = {}
    for name in FIGURES:
        known = [value for one in filed if (value := getattr(one, name)) is not None]
        sums[name] = sum(known) if known else None
    return Figures.model_validate(sums)
