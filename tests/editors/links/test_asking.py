"""One request: its bytes, the addresses that are tried, how much of an answer is read, and for how long."""

from __future__ import annotations

import datetime
import socket
import ssl
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
import trustme

from generator.editors.links import asking
from generator.editors.links.addresses import find_addresses
from generator.editors.links.asking import Patience, ask, parse_target
from generator.editors.links.failures import NoAnswerError
from tests.editors.links.servers import serve_raw
from tests.helpers import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.editors.links.addresses import Address
    from generator.editors.links.asking import Reply, Verb

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NOT_VALID = "the answer is not valid"
PATIENT = Patience(connect=2, read=2, total=3)
QUICK = Patience(connect=2, read=0.3, total=0.6)


def send(
    url: str, verb: Verb = "GET", *, addresses: list[Address] | None = None, patience: Patience = PATIENT
) -> Reply:
    target = parse_target(url)
    found = addresses or find_addresses(target.host, target.port, allow_private=True)
    return ask(verb, target, found, agent="tests", patience=patience)


def refuse(url: str, *, addresses: list[Address] | None = None, patience: Patience = PATIENT) -> str:
    """Return the reason why there is no answer."""
    with within(patience.total + 2), pytest.raises(NoAnswerError) as failure:
        send(url, addresses=addresses, patience=patience)
    return failure.value.reason


def give(start: bytes, again: bytes = b"", *, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Answer with bytes, and with others again and again for as long as anybody reads."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(start)
        while again:
            connection.sendall(again)
            time.sleep(pause)

    return answer


@pytest.fixture
def asked() -> list[bytes]:
    """What servers were asked, byte by byte."""
    return []


@pytest.fixture
def recorder(asked) -> Iterator[str]:
    def answer(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(OK + b"Set-Cookie: a=b\r\n\r\n")

    with serve_raw(answer) as address:
        yield address


# --- What is sent -----------------------------------------------------------------------------------------------------


def expect(verb: str, path: str, host: str) -> bytes:
    lines = (
        f"{verb} {path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: tests",
        "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language: en",
        "Connection: close",
        "\r\n",
    )
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("verb", ["HEAD", "GET"])
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("", "/"),
        ("?", "/"),
        ("?q", "/?q"),
        ("/a/../b//c", "/a/../b//c"),
        ("/%c3%A9%zz%", "/%c3%A9%zz%"),
        ("/é x", "/%C3%A9%20x"),
        ('/[a]{b}|\\^`"<>', "/[a]%7Bb%7D%7C%5C%5E%60%22%3C%3E"),
        ("/a;b=1,2!$'()*@:~", "/a;b=1,2!$'()*@:~"),
        ("/?a[]=é&b=%20+c#part", "/?a[]=%C3%A9&b=%20+c"),
        ("/a\x7fb", "/a%7Fb"),
    ],
)
def test_the_bytes_of_a_request(recorder, asked, verb, path, sent):
    assert send(recorder + path, verb).status == 200
    assert asked == [expect(verb, sent, recorder.removeprefix("http://"))]


def test_a_user_and_a_password_in_an_address_are_not_sent(recorder, asked):
    host = recorder.removeprefix("http://")
    send(f"http://user:secret@{host}/")
    assert asked == [expect("GET", "/", host)]


def test_neither_a_proxy_nor_a_cookie_nor_a_netrc(recorder, asked, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login user password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    send(recorder)
    send(recorder)
    assert asked == [expect("GET", "/", recorder.removeprefix("http://"))] * 2


# --- To whom ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6(asked):
    def answer(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(OK + b"\r\n")

    with serve_raw(answer, "::1") as address:
        assert send(address).status == 200
    assert asked == [expect("GET", "/", address.removeprefix("http://"))]


def test_the_addresses_of_a_host_are_tried_in_turn(recorder, asked):
    port = int(recorder.rsplit(":", 1)[1])
    addresses: list[Address] = [
        (socket.AF_INET, ("127.0.0.8", port)),
        (socket.AF_INET6, ("::1", port, 0, 0)),
        (socket.AF_INET, ("127.0.0.1", port)),
        (socket.AF_INET, ("127.0.0.9", port)),
    ]
    assert send(f"http://several.example:{port}/", addresses=addresses).status == 200
    assert asked == [expect("GET", "/", f"several.example:{port}")]
    refused = "the connection is refused"
    assert refuse(f"http://several.example:{port}/", addresses=[addresses[0], addresses[3]]) == refused


def test_after_a_connection_no_other_address_is_tried(asked):
    def answer(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))

    with serve_raw(answer) as address:
        port = int(address.rsplit(":", 1)[1])
        addresses: list[Address] = [(socket.AF_INET, ("127.0.0.1", port))] * 3
        assert refuse(address, addresses=addresses) == "the connection breaks off"
    assert len(asked) == 1


# --- What is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "location"),
    [
        (b"", None),
        (b"Location:\r\n", ""),
        (b"LOCATION:/a b\r\n", "/a b"),
        (b"Location: /a \r\n", "/a "),
        (b"Location: \t/a\r\n", "/a"),
        (b"Location: /a\r\nLocation: /b\r\n", "/a"),
        (b"Location: /a\r\n b\r\n", "/a\r\n b"),
        (b"Location: /\xc3\xa9\r\n", "/\xc3\xa9"),
        (b"Location: /\xff\x00\x80\r\n", "/\xff\x00\x80"),
        (b"nonsense\r\nLocation: /a\r\n", None),
        (b"Location: /a\r\nnonsense\r\n", "/a"),
        (b": x\r\nLocation: /a\r\n", "/a"),
        (b"Location : /a\r\n", None),
    ],
)
def test_where_an_answer_sends_us(headers, location, caplog, capfd):
    with serve_raw(give(b"HTTP/1.1 301 X\r\n" + headers + b"\r\n")) as address:
        reply = send(address)
    assert (reply.status, reply.location) == (301, location)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


#: Start of an answer, what comes again and again, the status or why there is none.
HOSTILE = {
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, NOT_VALID),
    "interim answers with headers": (b"", b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 60000 + b"\r\n\r\n", NOT_VALID),
    "a status line": (b"HTTP/1.1 200 ", b"x" * 65536, NOT_VALID),
    "no line": (b"", b"x" * 65536, NOT_VALID),
    "empty lines": (b"", b"\r\n" * 1000, NOT_VALID),
    "a header": (OK + b"X: ", b"x" * 65536, NOT_VALID),
    "a folded header": (OK + b"X: y\r\n", b" y\r\n" * 1000, NOT_VALID),
    "short headers": (OK, b"X: y\r\n" * 1000, NOT_VALID),
    "long headers": (OK, b"X: " + b"x" * 65000 + b"\r\n", NOT_VALID),
    "a body": (OK + b"\r\n", b"x" * 65536, 200),
    "a body that is announced": (OK + b"Content-Length: 9999999999999999\r\n\r\n", b"x" * 65536, 200),
    "a body of a length that is none": (OK + b"Content-Length: -1\r\n\r\n", b"x" * 65536, 200),
    "a chunk": (CHUNKED + b"FFFFFFFFFFFFFFFF\r\n", b"x" * 65536, 200),
    "a chunk of less than nothing": (CHUNKED + b"-1\r\n", b"x" * 65536, 200),
    "no chunk": (CHUNKED + b"zz\r\n", b"x" * 65536, 200),
    "the length of a chunk": (CHUNKED, b"0" * 65536, 200),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n" * 1000, 200),
    "the body of a redirect": (b"HTTP/1.1 302 X\r\nLocation: /x\r\n\r\n", b"x" * 65536, 302),
    "the body of a refusal": (b"HTTP/1.1 404 X\r\n\r\n", b"x" * 65536, 404),
}


def hear(url: str, verb: Verb) -> int | str:
    """Return the status of an answer, or why there is none."""
    try:
        return send(url, verb).status
    except NoAnswerError as failure:
        return failure.reason


@pytest.mark.parametrize("verb", ["HEAD", "GET"])
@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_without_an_end(name, verb):
    start, again, end = HOSTILE[name]
    with serve_raw(give(start, again)) as address, within(5):
        tracemalloc.start()
        said = hear(address, verb)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert said == end
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "line",
    [b"HTTP/1.1", b"HTTP/1.1 20 OK", b"HTTP/1.1 1000 OK", b"HTTP/1.1 ok", b"HTTP/2 200 OK", b"\x16\x03\x01\x00\x00"],
)
def test_what_is_no_answer(line):
    with serve_raw(give(line + b"\r\n\r\n")) as address:
        assert refuse(address) == NOT_VALID


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (OK, b"X: y\r\n"),
        (OK + b"X: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
    ],
)
def test_an_answer_that_drips(start, again):
    """Each byte comes in time, but not all of them."""
    with serve_raw(give(start, again, pause=0.02)) as address:
        assert refuse(address, patience=QUICK) == "no answer in time"


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(monkeypatch, tmp_path) -> Iterator[trustme.CA]:
    """An authority that this system trusts."""
    ours = trustme.CA()
    ours.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    asking._build_context.cache_clear()
    yield ours
    asking._build_context.cache_clear()


def make_context(certificate: trustme.LeafCert, names: list[str | None] | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if names is not None:
        context.sni_callback = lambda _socket, name, _context: names.append(name)
    return context


def secure(answer: Callable[[socket.socket], None], context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    def answer_securely(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as encrypted:
            answer(encrypted)

    return answer_securely


@pytest.mark.parametrize(("host", "told"), [("secure.example", "secure.example"), ("127.0.0.1", None)])
def test_the_name_of_the_host_counts_for_tls(authority, names, asked, host, told):
    names["secure.example"] = ["127.0.0.1"]
    heard: list[str | None] = []

    def answer(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(OK + b"\r\n")

    with serve_raw(secure(answer, make_context(authority.issue_cert(host), heard))) as address:
        port = address.rsplit(":", 1)[1]
        assert send(f"https://{host}:{port}/").status == 200
    assert heard == [told]
    assert asked == [expect("GET", "/", f"{host}:{port}")]


def test_certificates_that_cannot_be_trusted(authority, names):
    names["secure.example"] = ["127.0.0.1"]
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificates = {
        "for another name": authority.issue_cert("other.example", "127.0.0.1"),
        "expired": authority.issue_cert("secure.example", not_before=past, not_after=past + datetime.timedelta(90)),
        "of nobody": trustme.CA().issue_cert("secure.example"),
    }
    for certificate in certificates.values():
        with serve_raw(secure(give(OK + b"\r\n"), make_context(certificate))) as address:
            port = address.rsplit(":", 1)[1]
            assert refuse(f"https://secure.example:{port}/") == "the certificate can't be trusted"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_what_is_no_handshake(answer):
    with serve_raw(give(answer)) as address:
        assert refuse(address.replace("http:", "https:")) == "no secure connection can be made"


@pytest.mark.parametrize(
    "serve",
    [
        # A part of a handshake that is announced as long, byte by byte.
        give(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00", pause=0.02),
        lambda _: time.sleep(1),
    ],
)
def test_a_handshake_that_takes_too_long(serve):
    with serve_raw(serve) as address:
        assert refuse(address.replace("http:", "https:"), patience=QUICK) == "no answer in time"


def test_an_answer_that_drips_over_tls(authority):
    context = make_context(authority.issue_cert("127.0.0.1"))
    with serve_raw(secure(give(OK, b"X: y\r\n", pause=0.02), context)) as address:
        assert refuse(address.replace("http:", "https:"), patience=QUICK) == "no answer in time"
