"""The framework agreement and its rules, read once from the package's data file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final
from uuid import UUID, uuid5

from hrss_kit.divisions import ACTIVE_CITIES

_NAMES: Final = UUID("c0f4ab1e-6c3c-5d0e-9a57-420100420700")


@dataclass(frozen=True, slots=True)
class Framework:
    """武鄂人社信息共享框架协议: what the default rules belong to."""

    id: UUID
    biz_no: str
    title: str
    scope: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """One rule that every database starts with."""

    id: UUID
    service: str
    resource: str
    from_city: str
    to_city: str
    purpose: str
    fields: tuple[str, ...]

    @property
    def biz_no(self) -> str:
        """Its number, the same in every installation."""
        return f"GW-SR-{self.id.hex[:12].upper()}"


def _document() -> dict[str, Any]:
    text = files("hrss_kit").joinpath("data", "sharing_rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _framework() -> Framework:
    given = _document()["agreement"]
    return Framework(id=uuid5(_NAMES, given["biz_no"]), **given)


FRAMEWORK: Final = _framework()


@cache
def load_defaults() -> tuple[DefaultRule, ...]:
    """Every default rule: each line of the file for each pair of cities and each purpose."""
    return tuple(
        DefaultRule(
            id=uuid5(_NAMES, "/".join((service, resource, giver, taker, purpose))),
            service=service,
            resource=resource,
            from_city=giver,
            to_city=taker,
            purpose=purpose,
            fields=tuple(one.get("fields", ("*",))),
        )
        for service, resources in _document()["rules"].items()
        for resource, one in resources.items()
        for giver in ACTIVE_CITIES
        for taker in ACTIVE_CITIES
        if giver != taker
        for purpose in one["purposes"] or ("",)
    )


@cache
def shareable() -> frozenset[tuple[str, str]]:
    """What a rule can be about: the services' collections by name."""
    never = _document()["own"]
    named = {(one.service, one.resource) for one in load_defaults()}
    return frozenset(named | {(service, one) for service in never for one in never[service]})
