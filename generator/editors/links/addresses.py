"""Look up the addresses of a host, and keep only those of the public internet.

A link, or a redirect, may name this machine, a neighbour in its network or the service that hands a cloud machine its
secrets; whoever can edit a record upstream could have us knock there. So what a name stands for is looked up once, and
the connection goes to just the address that was judged, not to the name, which may stand for another one by then.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from generator.editors.links.failures import NoAnswerError

#: Family and address in the form in which a socket takes it.
Address = tuple[int, tuple[Any, ...]]

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Not for the public, whatever this version of Python says of them: protocol assignments with the metadata of one
#: cloud, relays of 6to4, the metadata of another cloud.
_CLOSED = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))

#: All that is given out to the public of IPv6; less what is special in it: protocol assignments with Teredo, examples.
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))

#: Addresses that stand for one of IPv4, which is in the last four bytes.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_MISSING = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_MOST = 6


def find_addresses(host: str, port: int, *, allow_private: bool = False) -> list[Address]:
    """Return the addresses of a host that may be asked; raises :class:`NoAnswerError` where there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _MISSING:
            raise NoAnswerError("the host does not exist", kind="failed") from error
        raise NoAnswerError("the name of the host can't be looked up") from error
    except (OSError, ValueError) as error:
        raise NoAnswerError("the name of the host can't be looked up") from error
    addresses = [(int(family), address) for family, _, _, _, address in found]
    if not allow_private:
        addresses = [each for each in addresses if is_public(str(each[1][0]))]
    if not addresses:
        raise NoAnswerError("the host has no public address")
    return addresses[:_MOST]


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the public internet; of one that stands for another, whether that is."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return _is_public_6(address)
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special and not any(address in network for network in _CLOSED)


def _is_public_6(address: ipaddress.IPv6Address) -> bool:
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    is_open = address in _OPEN_6 and address.scope_id is None
    return is_open and address.is_global and not any(address in network for network in _CLOSED_6)
