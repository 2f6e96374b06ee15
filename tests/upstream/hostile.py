"""Servers that say anything but a good file: over raw sockets, because those of the standard library are too polite."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.upstream.http import Patience
from tests.helpers import ENTRIES

if TYPE_CHECKING:
    import ssl

#: What a server sends: bytes after which it closes, or pieces until nobody listens; None resets the connection.
Answer = bytes | Callable[["Server"], Iterator[bytes | None]]

GOOD = json.dumps(list(ENTRIES.values())).encode()

PATIENT = Patience(connect=10.0, read=10.0, total=20.0, pause=0.01)
HASTY = Patience(connect=0.4, read=0.4, total=1.2, pause=0.01)


class Server:
    """A server on the loopback address that gives one answer, or one after the other, the last again and again."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: list[Answer] = [b""]
        self.asked: list[bytes] = []
        self.closing = threading.Event()
        self.context = context
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def play(self, *answers: Answer) -> None:
        """Give these answers from now on; those that are still being given end."""
        self.closing.set()
        self.closing = threading.Event()
        self.answers, self.asked = list(answers), []

    def close(self) -> None:
        self.closing.set()
        # On some systems a thread that waits for a connection does not hear of a close.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            connection = self.context.wrap_socket(plain, server_side=True) if self.context else plain
            with connection:
                head = b""
                # What begins with 22 is a handshake of TLS, to which this server has no answer.
                while b"\r\n\r\n" not in head and head[:1] != b"\x16" and (piece := connection.recv(65536)):
                    head += piece
                self.asked.append(head)
                self._answer(connection, self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    def _answer(self, connection: socket.socket, answer: Answer) -> None:
        closing = self.closing
        for piece in (answer,) if isinstance(answer, bytes) else answer(self):
            if piece is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            connection.sendall(piece)
            if closing.is_set():
                return


def http(body: bytes = b"", status: str = "200 OK", **headers: str | None) -> bytes:
    """Return an answer; a header that is None is left out, others may be of any kind."""
    known: dict[str, str | None] = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    known |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in known.items() if value is not None)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + body


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Return an answer in chunks."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end
    return http(body, Content_Length=None, Transfer_Encoding="chunked")


def endless(start: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    """Return an answer that never ends; ``pause`` is the seconds between two pieces."""

    def give(server: Server) -> Iterator[bytes | None]:
        yield start
        while not server.closing.wait(pause) if pause else not server.closing.is_set():
            yield piece

    return give


def silent(start: bytes = b"") -> Answer:
    """Return an answer that stops without an end."""

    def give(server: Server) -> Iterator[bytes | None]:
        yield start
        server.closing.wait(30)

    return give


def reset(start: bytes = b"") -> Answer:
    """Return an answer that ends with a reset of the connection."""

    def give(_server: Server) -> Iterator[bytes | None]:
        yield start
        time.sleep(0.05 if start else 0)  # A reset throws away what has not been read yet.
        yield None

    return give


def bomb(coding: str) -> Answer:
    """Return an answer whose every 64 KiB unpack to 64 MiB, without an end."""
    spaces = b" " * (64 * 1024 * 1024)

    def give(server: Server) -> Iterator[bytes | None]:
        yield http(Content_Length=None, Content_Encoding=coding)
        packer = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
        while not server.closing.is_set():
            yield packer.compress(spaces) + packer.flush(zlib.Z_SYNC_FLUSH)

    return give


def entry(fields: object, name: object = "Alpha") -> bytes:
    """Return the good file with one entry more."""
    return json.dumps([*ENTRIES.values(), [name, fields]]).encode()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A hostile server: what it answers, how the fetch ends, what it says, and how many requests that takes."""

    answers: tuple[Answer, ...]
    code: int
    says: str
    tries: int | None = 1
    patience: Patience = field(default=PATIENT)
    path: str | None = None


def refuses(answer: Answer, says: str, **more: object) -> Case:
    return Case(answers=(answer,), code=4, says=says, **more)  # type: ignore[arg-type]


def misses(answer: Answer, says: str, tries: int | None = 3, **more: object) -> Case:
    return Case(answers=(answer,), code=3, says=says, tries=tries, **more)  # type: ignore[arg-type]


def away(location: str) -> Case:
    return refuses(http(status="302 Found", Location=location), r"redirects to .*, which is another place")


def says_json(body: bytes, says: str) -> Case:
    return refuses(http(body), says)


_GZIP = gzip.compress(GOOD)

STATUSES = {
    "101 that changes the protocol": refuses(http(status="101 Switching Protocols"), "status 101"),
    "103 as the last word": refuses(http(status="103 Early Hints"), "status 103"),
    "201": refuses(http(GOOD, status="201 Created"), "status 201"),
    "203 from a proxy that changes things": refuses(http(GOOD, status="203 Transformed"), "status 203"),
    "204": refuses(http(status="204 No Content"), "status 204"),
    "204 with a body": refuses(http(GOOD, status="204 No Content"), "status 204"),
    "206, a part": refuses(http(GOOD[:50], status="206 Partial Content", Content_Range="bytes 0-49/900"), "status 206"),
    "304 about another file, twice": refuses(http(status="304 Not Modified", ETag='"other"'), "status 304", tries=2),
    "304 that was not asked for, twice": refuses(
        http(status="304 Not Modified"), "status 304", tries=2, path="/other.json"
    ),
    "401": refuses(http(status="401 Unauthorized", WWW_Authenticate="Basic"), "status 401"),
    "403": refuses(http(b"<html>", status="403 Forbidden"), "status 403"),
    "404": refuses(http(b"[]", status="404 Not Found"), r"status 404[\s\S]*moved"),
    "410": refuses(http(status="410 Gone"), r"status 410[\s\S]*moved"),
    "429": misses(http(status="429 Too Many Requests"), "status 429"),
    "429 until tomorrow": misses(
        http(status="429 Too Many Requests", Retry_After="86400"), "status 429 and asks for a pause of 86,400 s", 1
    ),
    "500": misses(http(GOOD, status="500 Internal Server Error"), "status 500"),
    "503 until a time": misses(
        http(
            status="503 Service Unavailable",
            Date="Sun, 01 Mar 2026 00:00:00 GMT",
            Retry_After="Sun, 01 Mar 2026 01:00:00 GMT",
        ),
        "status 503 and asks for a pause of 3,600 s",
        1,
    ),
    "999": refuses(http(GOOD, status="999 Denied"), "status 999"),
}

REDIRECTS = {
    "to another host": away("https://elsewhere.example/all.json"),
    "to another host without a scheme": away("//elsewhere.example/all.json"),
    "to another port": away("http://127.0.0.1:1/all.json"),
    "to another name of this host": away("http://localhost/all.json"),
    "to a file": away("file:///etc/hostname"),
    "to data": away("data:application/json,[]"),
    "with a password": away("http://user:word@127.0.0.1/all.json"),
    "to no address": away("http://[::1/all.json"),
    "with control characters": away("http://elsewhere.example/\x1b[31m\x9b\x07"),
    "to nowhere": refuses(http(status="301 Moved"), "redirects to nowhere"),
    "in a circle": refuses(http(status="302 Found", Location="/all.json"), "redirects more than 5 times", tries=6),
    "with an endless body": refuses(
        endless(http(status="302 Found", Location="/all.json", Content_Length=None), b" " * 65536),
        "redirects more than 5 times",
        tries=6,
    ),
}

NO_HTTP = {
    "closes at once": misses(b"", "closed the connection without an answer"),
    "resets at once": misses(reset(), "broke off the connection"),
    "garbage": refuses(bytes(range(256)) * 20, "no HTTP answer"),
    "HTTP 0.9": refuses(GOOD, "no HTTP answer"),
    "half a status line": refuses(b"HTTP/1.1 2", "no HTTP answer"),
    "a status in words": refuses(b"HTTP/1.1 OK 200\r\n\r\n", "no HTTP answer"),
    "SSH": refuses(b"SSH-2.0-OpenSSH_9.6\r\n", "no HTTP answer"),
    "a header without an end": refuses(endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536), "no HTTP answer|more than"),
    "headers without an end": refuses(endless(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 1000), "no HTTP answer|more than"),
    "interim answers without an end": refuses(
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), "more than a file and its headers can have"
    ),
    "headers that are none": refuses(
        b"HTTP/1.1 200 OK\r\n: x\r\nno colon\r\n\x00\xff: \x00\r\n\r\n<html>", "HTML, not JSON"
    ),
}

LENGTHS = {
    "shorter than announced": misses(http(GOOD[:-50], Content_Length=str(len(GOOD))), "broke off in the middle"),
    "longer than announced": refuses(http(GOOD, Content_Length=str(len(GOOD) - 50)), "not valid JSON"),
    "none, and broken off": refuses(http(GOOD[:-50], Content_Length=None), "not valid JSON"),
    "none, and reset": misses(reset(http(GOOD[:-50], Content_Length=None)), "broke off in the middle"),
    "reset in the middle": misses(reset(http(GOOD[:-50], Content_Length=str(len(GOOD)))), "broke off in the middle"),
    "that of the file before it was packed": misses(
        http(_GZIP, Content_Encoding="gzip", Content_Length=str(len(GOOD))), "broke off in the middle"
    ),
    "less than the packed file has": refuses(
        http(_GZIP, Content_Encoding="gzip", Content_Length=str(len(_GZIP) - 20)), "can't be unpacked"
    ),
    "five gigabytes": refuses(http(b"[", Content_Length="5000000000"), "announces 5,000,000,000 bytes"),
    "one byte too many": refuses(http(b" " * (16 * 1024 * 1024 + 1)), "announces 16,777,217 bytes"),
    "a body without an end": refuses(
        endless(http(Content_Length=None), b" " * 65536), "sent more than 16,777,216 bytes"
    ),
    "no number": refuses(http(GOOD, Content_Length="many"), "a length that is no number"),
    "a negative number": refuses(http(GOOD, Content_Length="-1"), "a length that is no number"),
    "two numbers": refuses(http(GOOD, Content_Length=f"{len(GOOD)}, 5"), "announces several lengths"),
    "a number and chunks": refuses(
        http(b"0\r\n\r\n", Transfer_Encoding="chunked"), "leaves open how long its answer is"
    ),
    "chunks that break off": misses(chunked(GOOD[:100], end=b"500\r\n["), "broke off in the middle"),
    "chunks without the last": misses(chunked(GOOD, end=b""), "broke off in the middle"),
    "chunks of no length": refuses(chunked(GOOD, end=b"xyz\r\n"), "no HTTP answer"),
    "a chunk of negative length": refuses(chunked(GOOD, end=b"-5\r\nabc\r\n"), "no HTTP answer"),
    "a chunk of length -1 without an end": refuses(
        endless(chunked(GOOD, end=b"-1\r\n"), b" " * 65536), "more than a file and its headers can have"
    ),
    "lines without an end after the last chunk": refuses(
        endless(chunked(GOOD, end=b"0\r\n"), (b"X: " + b"x" * 1000 + b"\r\n") * 60),
        "more than a file and its headers can have",
    ),
    "a transfer coding": refuses(
        http(_GZIP, Content_Length=None, Transfer_Encoding="gzip"), "leaves open how long its answer is"
    ),
}

CODINGS = {
    "gzip that is none": refuses(http(GOOD, Content_Encoding="gzip"), "can't be unpacked"),
    "deflate that is none": refuses(http(GOOD, Content_Encoding="deflate"), "can't be unpacked"),
    "gzip cut off": refuses(http(_GZIP[:-30], Content_Encoding="gzip"), "can't be unpacked"),
    "gzip without its checksum": refuses(http(_GZIP[:-8], Content_Encoding="gzip"), "can't be unpacked"),
    "gzip with another checksum": refuses(
        http(_GZIP[:-8] + bytes(4) + _GZIP[-4:], Content_Encoding="gzip"), "can't be unpacked"
    ),
    "gzip with more after it": refuses(http(_GZIP + b"more", Content_Encoding="gzip"), "can't be unpacked"),
    "deflate with more after it": refuses(
        http(zlib.compress(GOOD) + b"more", Content_Encoding="deflate"), "can't be unpacked"
    ),
    "gzip in silence": refuses(http(_GZIP), "not UTF-8"),
    "gzip twice": refuses(
        http(gzip.compress(_GZIP), Content_Encoding="gzip, gzip"), "a coding .* it was not asked for"
    ),
    "brotli": refuses(http(b"\x0b\x02\x80[]\x03", Content_Encoding="br"), "a coding .* it was not asked for"),
    "zstandard": refuses(http(b"\x28\xb5\x2f\xfd", Content_Encoding="zstd"), "a coding .* it was not asked for"),
    "of its own": refuses(http(GOOD, Content_Encoding="\x1b[31mrot13"), "a coding .* it was not asked for"),
    "a bomb of gzip": refuses(bomb("gzip"), "sent more than 16,777,216 bytes"),
    "a bomb of deflate": refuses(bomb("deflate"), "sent more than 16,777,216 bytes"),
}

TIMES = {
    "silent": misses(silent(), "sent nothing for 0.4 s|did not deliver within 1.2 s", None, patience=HASTY),
    "silent after the headers": misses(
        silent(http(Content_Length="50")), "sent nothing for 0.4 s|did not deliver", None, patience=HASTY
    ),
    "silent in the middle": misses(
        silent(http(b"[", Content_Length="50")), "sent nothing for 0.4 s|did not deliver", None, patience=HASTY
    ),
    "a header byte now and then": misses(
        endless(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05), "did not deliver within 1.2 s", 1, patience=HASTY
    ),
    "a body byte now and then": misses(
        endless(http(Content_Length=None), b" ", 0.05), "did not deliver within 1.2 s", 1, patience=HASTY
    ),
    "a packed byte now and then": misses(
        endless(http(Content_Length=None, Content_Encoding="gzip") + _GZIP[:10], b"\x00", 0.05),
        "did not deliver within 1.2 s",
        1,
        patience=HASTY,
    ),
    "an interim answer now and then": misses(
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05), "did not deliver within 1.2 s", 1, patience=HASTY
    ),
}

_LARGE = 15 * 1024 * 1024

TEXTS = {
    "HTML": refuses(http(b"<!doctype html><title>Back soon</title>", Content_Type="text/html"), "HTML, not JSON"),
    "HTML that says it is JSON": says_json(b"\n<html></html>", "HTML, not JSON"),
    "nothing": says_json(b"", "the answer is empty"),
    "an empty list": says_json(b"[]", "no entries"),
    "an empty object": says_json(b"{}", "not the list"),
    "a text": says_json(b'"all is well"', "not the list"),
    "a number": says_json(b"42", "not the list"),
    "null": says_json(b"null", "not the list"),
    "false": says_json(b"false", "not the list"),
    "an error": says_json(b'{"error": {"message": "rate limit", "code": 7}}', 'with an error: .*"rate limit"'),
    "the object of API v4": says_json(b'{"alpha.example": {"methods": ["totp"]}}', "not the list"),
    "NaN": says_json(b"[NaN]", "holds NaN"),
    "Infinity": says_json(b"[-Infinity]", "holds -Infinity"),
    "1e999": says_json(b"[1e999]", "a number that is too large"),
    "a number of a million digits": says_json(b"[" + b"9" * 1_000_000 + b"]", "a number that is too large"),
    "a key that is there twice": says_json(b'[["A", {"domain": "a.example", "domain": "b.example"}]]', "domain stands"),
    "half a character": says_json(entry({"domain": "a.example"}, "\ud800"), "lone surrogate"),
    "half a character in a key": says_json(entry({"domain": "a.example", "\udfff": 1}), "lone surrogate"),
    "lists in lists": says_json(b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "objects in objects": says_json(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "two byte order marks": says_json(b"\xef\xbb\xbf" * 2 + GOOD, "not valid JSON"),
    "UTF-16": says_json(GOOD.decode().encode("utf-16"), "not UTF-8"),
    "Latin-1": says_json('[["Señor", {}]]'.encode("latin-1"), "not UTF-8"),
    "something after the end": says_json(GOOD + b"\n<!-- cached -->", "not valid JSON"),
    "two files": says_json(GOOD + GOOD, "not valid JSON"),
    "half a file": says_json(GOOD[: len(GOOD) // 2], "not valid JSON"),
    "a comma too many": says_json(GOOD[:-1] + b",]", "not valid JSON"),
    "a raw control character": says_json(GOOD.replace(b"Alpha", b"Al\x00pha"), "not valid JSON"),
    "a control character in a name": says_json(entry({"domain": "a.example"}, "A\x1b[31m"), "no usable name"),
    "a name that is a number": says_json(entry({"domain": "a.example"}, 7), "no usable name"),
    "a record that is a list": says_json(entry(["a.example"]), r"entry 7 is no \[name, record\]"),
    "a record without a domain": says_json(entry({"keywords": ["other"]}), "no usable domain"),
    "a domain that is there twice": says_json(entry({"domain": "ALPHA.example"}), "the same domain as Alpha"),
    "a record of many values": says_json(entry({"domain": "a.example", "x": [0] * 9999}), "1 of 7 records are damaged"),
    "methods of two kinds": says_json(
        json.dumps(
            [["A", {"domain": f"a{n}.example", "tfa": [*range(450), *map(str, range(450))]}] for n in range(300)]
        ).encode(),
        "300 of 300 records are damaged",
    ),
    "methods that nobody knows": says_json(
        json.dumps(
            [
                ["A", {"domain": f"a{n}.example", "keywords": ["x"], "tfa": [f"{n} {m}" for m in range(99)]}]
                for n in range(99)
            ]
        ).encode(),
        "more than 1,000 .* unknown",
    ),
    "16 MiB of spaces": says_json(b" " * 16 * 1024 * 1024, "the answer is empty"),
    "a text of 15 MiB": says_json(b'["' + b"a" * _LARGE + b'"]', r"entry 1 is no \[name, record\]: aaaa"),
    "a note of 15 MiB": says_json(
        b'[["A",{"domain":"a.example","keywords":["x"],"tfa":["x"],"notes":"' + b"a" * _LARGE + b'"}]]',
        "records are damaged",
    ),
    "an error of 15 MiB": says_json(b'{"error":"' + b"a" * _LARGE + b'"}', "with an error: aaaa"),
    "a wide text of 15 MiB": says_json(b'["\\ud83d\\ude00' + b"a" * _LARGE + b'"]', "more than 66 MB of memory"),
    "a wide text of 7 MiB": says_json(b'["\\ud83d\\ude00' + b"a" * 7_000_000 + b'"]', "is no"),
    "a million objects": says_json(b"[" + b"{}," * 1_000_000 + b"{}]", "more than 66 MB of memory"),
    "seven hundred thousand texts": says_json(
        b"[" + b",".join(b'"%x"' % number for number in range(700_000)) + b"]", "700,000 values in one place"
    ),
    "three hundred thousand keys": says_json(
        b"{" + b",".join(b'"%x":1' % number for number in range(300_000)) + b"}", "300,000 values in one place"
    ),
    "four thousand damaged records": says_json(
        b"[" + b",".join(b'["A",{"domain":"a%x.example"}]' % number for number in range(4_000)) + b"]",
        "4,000 of 4,000 records are damaged",
    ),
    "half of the entries": says_json(json.dumps(list(ENTRIES.values()) * 2)[:-1].encode() + b"]", "the same domain"),
}

KINDS: dict[str, dict[str, Case]] = {
    "status": STATUSES,
    "redirect": REDIRECTS,
    "no HTTP": NO_HTTP,
    "length": LENGTHS,
    "coding": CODINGS,
    "time": TIMES,
    "text": TEXTS,
}
CASES = {f"{kind}: {name}": case for kind, cases in KINDS.items() for name, case in cases.items()}

#: Those that would take much memory if anything of theirs were kept.
LARGE = (
    "redirect: with an endless body",
    "no HTTP: headers without an end",
    "length: a body without an end",
    "length: a chunk of length -1 without an end",
    "length: lines without an end after the last chunk",
    "coding: a bomb of gzip",
    "coding: a bomb of deflate",
    "text: lists in lists",
    "text: 16 MiB of spaces",
    "text: a text of 15 MiB",
    "text: a note of 15 MiB",
    "text: a wide text of 15 MiB",
    "text: a wide text of 7 MiB",
    "text: seven hundred thousand texts",
    "text: three hundred thousand keys",
)

#: Servers that do nothing wrong, however odd they look; all give the good file.
KIND: dict[str, tuple[Answer, ...]] = {
    "plain": (http(GOOD),),
    "JSON that says it is HTML": (http(GOOD, Content_Type="text/html"),),
    "no type": (http(GOOD, Content_Type=None),),
    "no length": (http(GOOD, Content_Length=None),),
    "the same length twice": (http(GOOD, Content_Length=f"{len(GOOD)}, {len(GOOD)}"),),
    "chunks": (chunked(GOOD[:100], GOOD[100:]),),
    "gzip": (http(_GZIP, Content_Encoding="gzip"),),
    "gzip by its old name": (http(_GZIP, Content_Encoding="X-GZip"),),
    "gzip in chunks": (
        http(
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(_GZIP), _GZIP),
            Content_Length=None,
            Transfer_Encoding="chunked",
            Content_Encoding="gzip",
        ),
    ),
    "gzip in two files": (http(gzip.compress(GOOD[:99]) + gzip.compress(GOOD[99:]), Content_Encoding="gzip"),),
    "deflate": (http(zlib.compress(GOOD), Content_Encoding="deflate"),),
    "deflate without a header": (http(zlib.compress(GOOD, wbits=-15), Content_Encoding="deflate"),),
    "a byte order mark": (http(b"\xef\xbb\xbf" + GOOD),),
    "an interim answer": (b"HTTP/1.1 100 Continue\r\n\r\n" + http(GOOD),),
    "tags that can't be kept": (http(GOOD, ETag="\x01\xff" + "x" * 999, Last_Modified="\x7f"),),
    "another path": (http(status="308 Moved", Location="/v3/all.json"), http(GOOD)),
    "304": (http(status="304 Not Modified"),),
    "304 about another file, then the file": (http(status="304 Not Modified", ETag='"other"'), http(GOOD)),
    "503, then the file": (http(status="503 Busy", Retry_After="0"), http(GOOD)),
    "broken off, then the file": (http(GOOD[:-9], Content_Length=str(len(GOOD))), http(GOOD)),
    "closed, then the file": (b"", http(GOOD)),
}

#: Those that wait for the end of all patience. One of them is enough by default.
SLOW = [f"time: {name}" for name in TIMES if name != "a body byte now and then"]
