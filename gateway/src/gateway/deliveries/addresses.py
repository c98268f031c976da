"""Addresses that may be pushed to: public ones over TLS, and those an operator has named.

Whoever subscribes decides where this process connects to, so every address is looked up here and
the connection is made to what was looked up: a name that changes its mind in between (DNS
rebinding) leads nowhere. Redirects are not followed.
"""

import asyncio
import ipaddress
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from gateway.settings import GatewaySettings
from hrss_kit.problems import FieldError, Invalid

LOOK_UP_SECONDS = 3.0
DEFAULT_PORTS = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressRefused(Invalid):
    """422 ADDRESS on `url`."""

    code = "ADDRESS"

    def __init__(self, message_zh: str, message_en: str) -> None:
        super().__init__(
            FieldError(field="url", code="ADDRESS", message_zh=message_zh, message_en=message_en)
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operator has allowed beyond public addresses over TLS."""

    networks: tuple[Network, ...]
    own_ports: frozenset[int]

    @classmethod
    def of(cls, settings: GatewaySettings) -> "Allowed":
        """From settings; the demonstration may also push to this machine, never to itself."""
        given = [*settings.webhook_networks]
        if settings.demo:
            given += ["127.0.0.0/8", "::1/128"]
        own = [*settings.upstreams.values(), *settings.peers.values(), settings.gateway_url]
        own.append(settings.database_url.get_secret_value())
        ports = {settings.port, *(urlsplit(one).port or 0 for one in own)}
        return cls(tuple(ipaddress.ip_network(one) for one in given), frozenset(ports))

    def covers(self, address: Address) -> bool:
        """True for an address inside a network that was named."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked, as looked up."""

    url: str
    host: str
    address: str
    port: int
    is_tls: bool


def url_in(body: bytes) -> str | None:
    """The `url` in a request's body, None when there is none to look at."""
    try:
        given: Any = json.loads(body or b"null")
    except ValueError:
        return None
    url = given.get("url") if isinstance(given, dict) else None
    return url if isinstance(url, str) else None


async def vet(url: str, allowed: Allowed) -> Target:
    """Looks the address up; 422 ADDRESS unless every answer may be asked."""
    parts = _split(url)
    host = parts.hostname or ""
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    found = await _look_up(host, port)
    for address in found:
        named = allowed.covers(address)
        if named and address.is_loopback and port in allowed.own_ports:
            raise AddressRefused("不得指向本系统", "must not lead to this suite itself")
        if not named and (not address.is_global or address.is_multicast):
            raise AddressRefused("须为公网地址", "must be a public address")
        if not named and parts.scheme != "https":
            raise AddressRefused("须使用 https", "must use https")
    return Target(url, parts.netloc, str(found[0]), port, parts.scheme == "https")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("网址格式不正确", "is not an address") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise AddressRefused("须为 https 网址", "must be an https address")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused(
            "网址中不得含用户名、密码或片段", "must carry no user, password or fragment"
        )
    if not url.isascii() or any(character.isspace() for character in url):
        raise AddressRefused("网址格式不正确", "is not an address")
    return parts


async def _look_up(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise AddressRefused("无法解析该地址", "cannot be looked up") from error
    found = [ipaddress.ip_address(str(answer[4][0]).split("%")[0]) for answer in answers]
    return [_plain(address) for address in found]


def _plain(address: Address) -> Address:
    """An IPv4 address in IPv6 clothes is judged as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address
