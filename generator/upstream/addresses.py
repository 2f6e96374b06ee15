"""Where a download may go: over https, or to this machine, and by a redirect to no other server (pure)."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urljoin, urlsplit

from generator.errors import UsageError
from generator.upstream.body import quote
from generator.upstream.failures import UnfitAnswerError

NEW_PLACE = "see whether the source has moved, and change its address in content/sources.yaml"

_PORTS = {"http": 80, "https": 443}


def check_address(address: str) -> None:
    """Raise :class:`UsageError` unless the address is https, or http on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        message = f"{address} is no http or https address"
        raise UsageError(message, fix="write it as https://host/path")
    if parts.username is not None or parts.password is not None:
        raise UsageError("the address holds a user name or password", fix="write it without")
    if parts.scheme == "http" and not _is_loopback(host):
        message = f"{address} is an http address, which anyone on the way could change"
        raise UsageError(message, fix="use https://")


def is_on_this_machine(address: str) -> bool:
    """Tell whether an address leads to this machine, so that nothing of the question need leave it."""
    return _is_loopback(urlsplit(address).hostname or "")


def find_next(address: str, location: str) -> str:
    """Return where a redirect leads; raises :class:`UnfitAnswerError` for another server or the way back to http."""
    try:
        target = urljoin(address, location)
        here, there = urlsplit(address), urlsplit(target)
        same = _find_server(here) == _find_server(there)
        safer = here.scheme == "http" and there.scheme == "https" and here.hostname == there.hostname
        if location and (same or safer) and "@" not in there.netloc:
            return target
    except ValueError:
        pass
    message = f"redirects to {quote(location) or 'nowhere'}, which is another place"
    raise UnfitAnswerError(message, fix=NEW_PLACE)


def _find_server(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
