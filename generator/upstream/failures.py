"""What went wrong with a connection or an answer, in plain words, and whether another try may help (pure)."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import TYPE_CHECKING, TypeVar

import requests
import urllib3
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

E = TypeVar("E", bound=BaseException)


class UnfitAnswerError(Exception):
    """An answer that can't be taken; the text goes on after the name of the host, as "sent nothing" would.

    With a ``pause``, another may come after so many seconds.
    """

    def __init__(self, what: str, *, fix: str = "", pause: float | None = None) -> None:
        super().__init__(what)
        self.fix, self.pause = fix, pause


#: What asking and reading an answer may raise. A chunk of negative length is a ValueError.
ERRORS = (
    UnfitAnswerError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


class Failure(Struct, frozen=True, kw_only=True):
    """Why there is no answer; ``what`` goes on after the name of the host.

    ``passes`` where another try may help, after ``pause`` seconds at least. ``is_answer`` where the server said
    something, which is then refused.
    """

    what: str
    passes: bool = False
    pause: float = 0.0
    is_answer: bool = False
    fix: str = ""


def explain(error: BaseException, *, connect: float, read: float) -> Failure:
    """Return what went wrong, without the names of any library; ``connect`` and ``read`` are the seconds waited."""
    if isinstance(error, UnfitAnswerError):
        passes = error.pause is not None
        return Failure(what=str(error), passes=passes, pause=error.pause or 0.0, is_answer=not passes, fix=error.fix)
    return _explain_trust(error) or _explain_network(error, connect, read) or _explain_answer(error)


def _explain_trust(error: BaseException) -> Failure | None:
    """Return what is wrong with certificates, if that is it; it is the same at the next try."""
    if untrusted := _find(error, ssl.SSLCertVerificationError):
        return Failure(
            what=f"has a certificate that can't be trusted ({untrusted.verify_message.rstrip('.')})",
            fix="see what a browser says to the address, and whether the clock of this machine is right",
        )
    if "CA certificate bundle" in str(error):
        return Failure(
            what="can't be trusted: there is no file with certificates where REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE says",
            fix="correct that environment variable, or unset it",
        )
    return None


def _explain_network(error: BaseException, connect: float, read: float) -> Failure | None:
    """Return what is wrong with the network, if that is it; it may have passed at the next try."""
    late = _find(error, TimeoutError)
    if _find(error, urllib3.exceptions.ProxyError):
        what = "can't be reached through the proxy"
    elif _find(error, socket.gaierror):
        what = "is a name that can't be resolved"
    elif late and (_find(error, urllib3.exceptions.ConnectTimeoutError) or "handshake" in str(late)):
        what = f"did not answer within {connect:.3g} s"
    elif late:
        what = f"sent nothing for {read:.3g} s"
    elif _find(error, ssl.SSLError):
        what = "makes no secure connection (TLS)"
    elif _find(error, http.client.RemoteDisconnected):
        what = "closed the connection without an answer"
    elif _find(error, urllib3.exceptions.InvalidChunkLength):
        return None
    elif isinstance(error, urllib3.exceptions.ProtocolError):
        what = "broke off in the middle of the answer"
    elif _find(error, ConnectionResetError) or _find(error, BrokenPipeError):
        what = "broke off the connection"
    elif _find(error, OSError) and not isinstance(error, ValueError) and not _find(error, http.client.HTTPException):
        what = "can't be connected to"
    else:
        return None
    return Failure(what=what, passes=True)


def _explain_answer(error: BaseException) -> Failure:
    """Return what is wrong with what the server said."""
    if isinstance(error, requests.exceptions.InvalidURL | urllib3.exceptions.LocationValueError):
        return Failure(what="can't be asked: its address is not valid", fix="correct it in content/sources.yaml")
    return Failure(what="sent something that is no HTTP answer", is_answer=True)


def _find(error: BaseException, kind: type[E]) -> E | None:
    """Return the first of a kind among an error and those that led to it."""
    return next((link for link in _list_causes(error) if isinstance(link, kind)), None)


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
