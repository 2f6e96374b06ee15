"""download keeps to its time, its size and its host, and says in plain words what went wrong."""

import gzip
import socket
import threading
import time
import zlib
from email.utils import formatdate

import pytest
from msgspec.structs import replace

from generator.errors import RefusedError, UnreachableError, UsageError
from generator.upstream.addresses import check_address, find_next
from generator.upstream.failures import UnfitAnswerError
from generator.upstream.http import USER_AGENT, Patience, download, find_pause, read_body
from tests.helpers import within
from tests.upstream import hostile

QUICK = Patience(connect=5.0, read=5.0, total=10.0, pause=0.01)


def test_plain_answer(server, answer):
    server.answers = [answer(body=b"[1]", headers={"ETag": '"one"', "Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT"})]
    response = download(server.address, patience=QUICK)
    assert (response.body, response.etag) == (b"[1]", '"one"')
    assert response.last_modified == "Sun, 01 Mar 2026 00:00:00 GMT"
    _, headers = server.requests[0]
    assert headers["user-agent"] == USER_AGENT
    assert "if-none-match" not in headers


def test_conditional_request(server, answer):
    server.answers = [answer(status=304, headers={"ETag": '"one"'})]
    response = download(server.address, etag='"one"', last_modified="yesterday", patience=QUICK)
    assert response.body is None
    assert response.sha256 is None
    _, headers = server.requests[0]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"one"', "yesterday")


def test_unasked_304_is_asked_again(server, answer):
    server.answers = [answer(status=304), answer(body=b"[1]")]
    assert download(server.address, patience=QUICK).body == b"[1]"
    assert server.requests[1][1]["cache-control"] == "no-cache"


def test_a_second_unasked_304_is_refused(server, answer):
    server.answers = [answer(status=304)]
    with pytest.raises(RefusedError, match="status 304"):
        download(server.address, patience=QUICK)
    assert len(server.requests) == 2


def test_304_about_another_file_is_asked_again_without_conditions(server, answer):
    server.answers = [answer(status=304, headers={"ETag": '"two"'}), answer(body=b"[1]")]
    assert download(server.address, etag='"one"', last_modified="yesterday", patience=QUICK).body == b"[1]"
    _, headers = server.requests[1]
    assert not {"if-none-match", "if-modified-since"} & headers.keys()


@pytest.mark.parametrize("told", [{}, {"ETag": 'W/"one"'}])
def test_304_about_the_same_file(server, answer, told):
    server.answers = [answer(status=304, headers=told)]
    assert download(server.address, etag='"one"', patience=QUICK).body is None


def test_conditions_that_no_header_can_hold_are_left_out(server, answer):
    server.answers = [answer(body=b"[]")]
    download(server.address, etag='"a"\r\nX: 1', last_modified="x" * 300, patience=QUICK)
    assert not {"if-none-match", "if-modified-since", "x"} & server.requests[0][1].keys()


def test_compressed_answer(server, answer):
    server.answers = [answer(body=gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})]
    assert download(server.address, patience=QUICK).body == b"[1]"


def test_broken_compression_is_refused(server, answer):
    server.answers = [answer(body=b"no gzip", headers={"Content-Encoding": "gzip"})]
    with pytest.raises(RefusedError, match="can't be unpacked"):
        download(server.address, patience=QUICK)


@pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 404, 410])
def test_other_statuses_are_refused_at_once(server, answer, status):
    server.answers = [answer(status=status)]
    with pytest.raises(RefusedError, match=f"status {status}"):
        download(server.address, patience=QUICK)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_passing_failure_is_tried_again(server, answer, status):
    server.answers = [answer(status=status), answer(status=status), answer(body=b"[]")]
    assert download(server.address, patience=QUICK).body == b"[]"


def test_a_lasting_failure_is_unreachable(server, answer):
    server.answers = [answer(status=503)]
    with pytest.raises(UnreachableError, match="status 503"):
        download(server.address, patience=QUICK)
    assert len(server.requests) == 3


def test_retry_after_is_kept(server, answer):
    server.answers = [answer(status=429, headers={"Retry-After": "1"}), answer(body=b"[]")]
    started = time.monotonic()
    download(server.address, patience=QUICK)
    assert time.monotonic() - started >= 1.0


@pytest.mark.thorough
def test_retry_after_as_a_time(server, answer):
    def after(seconds):
        return {"Retry-After": formatdate(time.time() + seconds, usegmt=True)}

    server.answers = [answer(status=503, headers=after(3)), answer(body=b"[]")]
    started = time.monotonic()
    download(server.address, patience=QUICK)
    assert time.monotonic() - started >= 1.0
    server.answers = [answer(status=503, headers=after(6 * 3600))]
    with within(5), pytest.raises(UnreachableError, match=r"status 503 and asks for a pause of 21,[56]\d\d s"):
        download(server.address, patience=QUICK)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, 0),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "9" * 5000}, 366 * 86400),
        ({"Retry-After": "-7"}, 0),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "Sun, 01 Mar 2026 00:00:00 GMT"}, 0),  # by which clock?
        ({"Retry-After": "Sun, 01 Mar 2026 00:00:00 GMT", "Date": "Sun, 01 Mar 2026 00:01:00 GMT"}, 0),
        ({"Retry-After": "Sun, 01 Mar 2026 00:01:00 GMT", "Date": "Sun, 01 Mar 2026 00:00:00 GMT"}, 60),
        ({"Retry-After": "Sun, 01 Mar 2026 00:01:00 -0000", "Date": "Sun, 01 Mar 2026 00:00:00 GMT"}, 0),
    ],
)
def test_pauses(headers, pause):
    assert find_pause(headers) == pause


def test_retry_after_beyond_the_deadline_is_not_waited_for(server, answer):
    server.answers = [answer(status=503, headers={"Retry-After": "86400"})]
    with within(5), pytest.raises(UnreachableError, match="status 503"):
        download(server.address, patience=QUICK)
    assert len(server.requests) == 1


def test_an_answer_that_breaks_off_is_tried_again(server, answer):
    server.answers = [answer(body=b"[", headers={"Content-Length": "50"}), answer(body=b"[]")]
    # The first answer promises more than it gives, and then the connection ends.
    assert download(server.address, patience=QUICK).body == b"[]"


def test_less_than_announced_is_broken_off(server, answer):
    server.answers = [answer(body=b"[]", headers={"Content-Length": "999"})]
    with pytest.raises(UnreachableError, match="broke off in the middle of the answer"):
        download(server.address, patience=QUICK)


def test_more_than_announced_is_left(server, answer):
    server.answers = [answer(body=b"[]", headers={"Content-Length": "1"})]
    assert download(server.address, patience=QUICK).body == b"["


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError) as caught:
        download(f"http://127.0.0.1:{port}/", patience=QUICK)
    assert caught.value.message == f"127.0.0.1:{port} can't be connected to"


@pytest.mark.parametrize("compressed", [False, True])
def test_size_limit(server, answer, compressed):
    body = b" " * 200_000
    if compressed:
        server.answers = [answer(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})]
    else:
        server.answers = [answer(body=body)]
    assert download(server.address, patience=replace(QUICK, max_bytes=200_000)).body == body
    reason = "sent more than 199,999 bytes" if compressed else "announces 200,000 bytes; at most 199,999 are taken"
    with pytest.raises(RefusedError, match=reason):
        download(server.address, patience=replace(QUICK, max_bytes=199_999))


def test_redirect_on_the_same_host(server, answer):
    server.answers = [answer(status=301, headers={"Location": "/v3/all.json"}), answer(body=b"[]")]
    assert download(server.address, patience=QUICK).body == b"[]"
    assert [path for path, _ in server.requests] == ["/all.json", "/v3/all.json"]


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example/all.json", "http://localhost:1/", "//other.example", ""]
)
def test_redirect_to_another_host(server, answer, location):
    server.answers = [answer(status=302, headers={"Location": location} if location else {})]
    with pytest.raises(RefusedError, match="another place"):
        download(server.address, patience=QUICK)


@pytest.mark.parametrize(
    ("address", "location", "target"),
    [
        ("https://a.example/x", "/y", "https://a.example/y"),
        ("https://a.example/x", "https://A.example:443/y", "https://a.example:443/y"),
        ("http://127.0.0.1:8/x", "https://127.0.0.1/y", "https://127.0.0.1/y"),
        ("https://a.example/x", "http://a.example/y", None),
        ("https://a.example/x", "https://a.example:8443/y", None),
        ("https://a.example/x", "https://user@a.example/y", None),
        ("https://a.example/x", "https://a.example.b.example/y", None),
        ("https://a.example/x", "//b.example/y", None),
        ("https://a.example/x", "file:///etc/hostname", None),
        ("https://a.example/x", "data:application/json,[]", None),
        ("https://a.example/x", "https://[", None),
        ("https://a.example/x", "https://a.example:99999/", None),
        ("https://a.example/x", "", None),
    ],
)
def test_where_a_redirect_may_lead(address, location, target):
    if target is not None:
        assert find_next(address, location).lower() == target
        return
    with pytest.raises(UnfitAnswerError, match="another place"):
        find_next(address, location)


def test_redirect_in_a_circle(server, answer):
    server.answers = [answer(status=302, headers={"Location": "/all.json"})]
    with pytest.raises(RefusedError, match="redirects more than 5 times"):
        download(server.address, patience=QUICK)


def test_slow_server_against_give_up_after(server, answer):
    server.answers = [answer(before=server.hang)]
    with within(3), pytest.raises(UnreachableError, match=r"did not answer within 0\.2 s"):
        download(server.address, patience=replace(QUICK, give_up_after=0.2))


def test_give_up_after_is_for_the_answer_not_for_the_body(server, answer):
    def pieces():
        yield b"["
        time.sleep(0.5)
        yield b"]"

    server.answers = [answer(pieces=pieces)]
    assert download(server.address, patience=replace(QUICK, give_up_after=0.25)).body == b"[]"


def test_a_body_that_never_ends(server, answer):
    def pieces():
        while not server.closing.wait(0.05):
            yield b" "

    server.answers = [answer(pieces=pieces)]
    with within(3), pytest.raises(UnreachableError, match=r"did not deliver within 0\.4 s"):
        download(server.address, patience=replace(QUICK, total=0.4))


def test_a_download_that_was_given_up_ends(server, answer):
    def pieces():
        while not server.closing.wait(0.05):
            yield b" " * 100_000

    server.answers = [answer(pieces=pieces)]
    with pytest.raises(UnreachableError, match="did not deliver"):
        download(server.address, patience=replace(QUICK, total=0.2))
    for thread in threading.enumerate():
        if thread.name == f"download from 127.0.0.1:{server.port}":
            thread.join(3)
            assert not thread.is_alive()


def test_silence_in_the_middle_of_an_answer(server, answer):
    def pieces():
        yield b"["
        server.hang()

    server.answers = [answer(pieces=pieces)]
    with pytest.raises(UnreachableError, match=r"sent nothing for 0\.1 s"):
        download(server.address, patience=replace(QUICK, read=0.1, tries=1))


@pytest.mark.parametrize(
    "address",
    [
        "http://directory.example/all.json",
        "ftp://directory.example/all.json",
        "https://",
        "https://[::1",
        "https://user:word@directory.example/",
        "http://127.0.0.1.example/",
    ],
)
def test_addresses_of_no_use(address):
    with pytest.raises(UsageError):
        check_address(address)


def test_the_environment_of_the_user(server, answer, monkeypatch, tmp_path):
    """What stays on this machine takes no proxy, and no password is sent that nobody has written here."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login name password word\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server.answers = [answer(status=302, headers={"Location": "/x", "Set-Cookie": "a=b"}), answer(body=b"[]")]
    assert download(server.address, patience=QUICK).body == b"[]"
    assert all(not {"authorization", "cookie"} & headers.keys() for _, headers in server.requests)


def test_a_proxy_is_bounded_as_well(monkeypatch):
    proxy = hostile.Server()
    proxy.play(hostile.endless(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 1000))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    for name in ("no_proxy", "NO_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    # From 3.13 on, Python counts the headers of a proxy itself.
    words = "more than a file and its headers can have|is no HTTP answer"
    with within(5), pytest.raises(RefusedError, match=words):
        download("https://directory.example/all.json", patience=QUICK)
    proxy.close()
    assert proxy.asked[0].startswith(b"CONNECT directory.example:443 ")


def test_certificates_that_are_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with within(5), pytest.raises(UnreachableError, match="REQUESTS_CA_BUNDLE") as caught:
        download("https://localhost:9/all.json", patience=Patience())
    assert "unset" in caught.value.fix


def test_a_host_that_can_not_be():
    with within(5), pytest.raises(UnreachableError, match="its address is not valid"):
        download(f"https://{'a' * 70}.example/", patience=Patience())


def test_a_name_that_can_not_be_resolved():
    with pytest.raises(UnreachableError, match="is a name that can't be resolved"):
        download("https://no-such-host.invalid/", patience=replace(QUICK, tries=1))


def test_what_is_waited_for_in_earnest():
    given = Patience()
    assert (given.connect, given.read, given.total, given.tries) == (10.0, 20.0, 120.0, 3)
    assert (given.give_up_after, given.max_bytes) == (None, 16 * 1024 * 1024)


@pytest.mark.parametrize(
    "address", ["https://directory.example/", "http://127.0.0.1:8/", "http://[::1]/", "http://localhost/"]
)
def test_addresses_of_use(address):
    check_address(address)


# --- The body ---------------------------------------------------------------------------------------------------------

BODY = b'["' + bytes(range(97, 123)) * 9000 + b'"]'
RAW = zlib.compressobj(wbits=-15)
PACKED = {
    "": BODY,
    "identity": BODY,
    "gzip": gzip.compress(BODY),
    " X-GZIP ": gzip.compress(BODY[:7]) + gzip.compress(b"") + gzip.compress(BODY[7:]),
    "deflate": zlib.compress(BODY),
    "Deflate": RAW.compress(BODY) + RAW.flush(),
}


def cut(body, size):
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000, 10_000_000])
@pytest.mark.parametrize("coding", PACKED)
def test_whole_bodies_in_any_pieces(coding, size):
    if size < 7 and len(PACKED[coding]) > 10_000:
        size *= 100
    pieces = cut(PACKED[coding], size)
    headers = {"Content-Encoding": coding, "Content-Length": str(len(PACKED[coding]))}
    assert read_body(headers, pieces, limit=len(BODY)) == BODY
    with pytest.raises(UnfitAnswerError, match=r"more than|at most"):
        read_body(headers, pieces, limit=len(BODY) - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate"])
def test_packed_bodies_that_are_cut_off_anywhere(coding):
    packed = PACKED[coding]
    for end in (*range(1, 60), *range(len(packed) - 60, len(packed))):
        with pytest.raises(UnfitAnswerError, match="can't be unpacked"):
            read_body({"Content-Encoding": coding}, cut(packed[:end], 50), limit=10_000_000)


@pytest.mark.parametrize("coding", ["deflate", "Deflate"])
@pytest.mark.parametrize("size", [1, 10_000_000])
def test_something_after_the_end(coding, size):
    with pytest.raises(UnfitAnswerError, match="can't be unpacked"):
        read_body({"Content-Encoding": coding}, cut(PACKED[coding] + b"x", size), limit=10_000_000)


def test_what_unpacks_to_nothing_is_not_read_for_ever():
    def pieces():
        packer = zlib.compressobj(wbits=31)
        while True:
            yield packer.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"

    with pytest.raises(UnfitAnswerError, match="more than 1,000 bytes"):
        read_body({"Content-Encoding": "gzip"}, pieces(), limit=1000)


@pytest.mark.thorough
def test_a_piece_that_unpacks_to_much_is_left_where_the_limit_is():
    bomb = zlib.compress(bytes(200_000_000))
    with pytest.raises(UnfitAnswerError, match="more than 1,000,000 bytes"):
        read_body({"Content-Encoding": "deflate"}, [bomb], limit=1_000_000)
