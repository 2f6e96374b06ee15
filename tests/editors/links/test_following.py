"""One link: what is asked, where redirects lead, and what an answer, or none, says of it."""

from __future__ import annotations

import socket
import time

import pytest

from generator.editors.links.asking import Patience
from generator.editors.links.following import MAX_HOPS, Asker
from generator.editors.links.hosts import Hosts
from tests.editors.links.servers import Page, drip, flood, reset, serve_raw, serve_tls, stammer
from tests.helpers import within

BOTH = [("HEAD", "/x"), ("GET", "/x")]


@pytest.mark.parametrize(
    ("page", "kind", "asked"),
    [
        (Page(200), "ok", BOTH[:1]),
        (Page(204), "ok", BOTH[:1]),
        (Page(200, head=405), "ok", BOTH),
        (Page(200, head=404), "ok", BOTH),
        (Page(200, head=403), "ok", BOTH),
        (Page(200, head=500), "ok", BOTH),
        (Page(404), "failed", BOTH),
        (Page(410), "failed", BOTH),
        (Page(401), "blocked", BOTH),
        (Page(403), "blocked", BOTH),
        (Page(429), "blocked", BOTH[:1]),
        (Page(500), "unreachable", BOTH),
        (Page(503, {"Retry-After": "60"}), "unreachable", BOTH[:1]),
        (Page(302), "unreachable", BOTH[:1]),
    ],
)
def test_head_first_and_get_where_it_gets_nowhere(host, asker, page, kind, asked):
    host.pages["/x"] = page
    answer = asker.ask(f"{host.address}/x")
    assert (answer.kind, answer.status) == (kind, page.status)
    assert answer.heard
    assert host.asked == asked


def test_who_we_are_and_what_is_asked_for(host, asker):
    host.pages["/%C3%A9%20x?q=%C3%A9"] = Page()
    assert asker.ask(f"{host.address}/é x?q=é").kind == "ok"
    headers = host.requests[0].headers
    assert headers["user-agent"] == "tests"
    assert headers["host"] == host.address.removeprefix("http://")


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_rest_is_left_alone(host, asker, status):
    host.pages["/x"] = Page(status, {"Retry-After": "3600"})
    asker.ask(f"{host.address}/x")
    assert asker.ask(f"{host.address}/y") is None
    assert [path for _, path in host.asked] == ["/x"]


# --- Redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301], True),
        ([308, 301], True),
        ([302], False),
        ([303], False),
        ([307], False),
        ([302, 301], False),
    ],
)
def test_permanent_redirects_tell_the_new_address(host, asker, statuses, moved):
    for number, status in enumerate(statuses):
        host.pages[f"/{number}"] = Page(status, {"Location": f"/{number + 1}#part"})
    host.pages[f"/{len(statuses)}"] = Page()
    answer = asker.ask(f"{host.address}/0")
    assert (answer.kind, answer.moved) == ("ok", f"{host.address}/{len(statuses)}" if moved else None)


def test_a_permanent_redirect_before_another_one(host, asker):
    host.pages |= {"/0": Page(301, {"Location": "/1"}), "/1": Page(302, {"Location": "/2"}), "/2": Page()}
    assert asker.ask(f"{host.address}/0").moved == f"{host.address}/1"


def test_a_redirect_to_another_host(make_host, asker):
    first, second = make_host("127.0.0.1"), make_host("127.0.0.2")
    first.pages["/x"] = Page(302, {"Location": f"{second.address}/y"})
    assert asker.ask(f"{first.address}/x").kind == "failed"
    assert second.asked == [("HEAD", "/y"), ("GET", "/y")]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/x", "in a circle"),
        ("/x#y", "in a circle"),
        ("/next", "in a circle"),
        ("file:///etc/passwd", "no address of the web"),
        ("ftp://127.0.0.1/", "no address of the web"),
        ("javascript:alert(1)", "no address of the web"),
        ("http://[::1/", "no valid address"),
        ("http://127.0.0.1:99999/", "not valid"),
        ("/" + "x" * 5000, "no valid address"),
        ("https:///", "not one of the web"),
    ],
)
def test_redirects_that_lead_nowhere(host, asker, location, reason):
    host.pages |= {"/x": Page(302, {"Location": location}), "/next": Page(302, {"Location": "/x"})}
    answer = asker.ask(f"{host.address}/x")
    assert (answer.kind, answer.heard) == ("unreachable", True)
    assert reason in answer.reason


def test_no_more_than_so_many_redirects(host, asker):
    for number in range(20):
        host.pages[f"/{number}"] = Page(302, {"Location": f"/{number + 1}"})
    assert "more than" in asker.ask(f"{host.address}/0").reason
    assert len(host.asked) == MAX_HOPS + 1


# --- Private addresses ------------------------------------------------------------------------------------------------


@pytest.fixture
def careful():
    return Asker(Hosts(0.0), agent="tests")


def test_a_private_address_is_not_asked(host, careful):
    answer = careful.ask(f"{host.address}/x")
    assert (answer.kind, answer.reason, answer.heard) == ("unreachable", "the host has no public address", False)
    assert host.requests == []


class Guarded(Asker):
    """An asker for which one host of this machine stands for one of the public internet."""

    def _send(self, verb, target, left):
        self._allow_private = target.host == "public.example"
        return super()._send(verb, target, left)

    def find_ports(self, target):  # noqa: ARG002 (whatever the port of a test)
        return None


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://inner.example:{port}/"]
)
def test_a_redirect_to_a_private_address_is_not_followed(make_host, names, location):
    """Only what a name stands for counts, on every hop."""
    first, inner = make_host("127.0.0.2"), make_host("127.0.0.1")
    names |= {"public.example": ["127.0.0.2"], "inner.example": ["127.0.0.1"]}
    port = int(inner.address.rsplit(":", 1)[1])
    own = int(first.address.rsplit(":", 1)[1])
    first.pages["/x"] = Page(302, {"Location": location.format(port=port)})
    guarded = Guarded(Hosts(0.0), agent="tests")
    answer = guarded.ask(f"http://public.example:{own}/x")
    assert answer is not None
    assert answer.kind == "unreachable"
    assert "no public address" in str(answer.reason)
    assert first.asked == [("HEAD", "/x")]
    assert inner.requests == []


def test_the_connection_goes_to_the_address_that_was_judged(make_host, asker, names):
    """A name that stands for another address a moment later is no way round."""
    judged = make_host("127.0.0.2")
    port = int(judged.address.rsplit(":", 1)[1])
    other = make_host("127.0.0.3", port)
    names["changing.example"] = ["127.0.0.2", "127.0.0.3"]
    judged.pages["/x"] = Page()
    assert asker.ask(f"http://changing.example:{port}/x").kind == "ok"
    assert judged.requests[0].headers["host"] == f"changing.example:{port}"
    assert other.requests == []


def test_other_ports_than_the_usual_ones_are_not_asked(names):
    class Public(Asker):
        def _send(self, verb, target, left):
            self._allow_private = True
            return super()._send(verb, target, left)

    with serve_raw(
        lambda connection: connection.sendall(b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:22/\r\n\r\n")
    ) as address:
        answer = Public(Hosts(0.0), agent="tests").ask(address)
    assert answer is not None
    assert (answer.kind, answer.reason) == ("unreachable", "port 22 is not asked")


# --- No answer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (reset, "the connection breaks off"),
        (lambda _: None, "the connection breaks off"),
        (stammer, "the answer is not valid"),
        (flood, "the answer is not valid"),
    ],
)
def test_servers_that_give_no_answer(asker, serve, reason):
    with serve_raw(serve) as address:
        answer = asker.ask(address)
    assert (answer.kind, answer.reason, answer.heard) == ("unreachable", reason, False)


@pytest.mark.parametrize("serve", [drip, lambda _: time.sleep(0.5)])
def test_a_server_that_takes_too_long(serve):
    asker = Asker(Hosts(0.0), agent="tests", allow_private=True, patience=Patience(read=0.2, total=0.3))
    with serve_raw(serve) as address, within(3):
        answer = asker.ask(address)
    assert answer is not None
    assert (answer.kind, answer.reason) == ("unreachable", "no answer in time")


def test_a_link_may_take_so_long_with_all_its_redirects(host):
    for number in range(8):
        host.pages[f"/{number}"] = Page(302, {"Location": f"/{number + 1}"}, delay=0.1)
    asker = Asker(Hosts(0.0), agent="tests", allow_private=True, patience=Patience(total=0.3))
    answer = asker.ask(f"{host.address}/0")
    assert answer is not None
    assert answer.reason == "no answer in time"
    assert len(host.asked) < 5


def test_a_refused_connection(asker):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = asker.ask(f"http://127.0.0.1:{port}/")
    assert (answer.kind, answer.reason) == ("unreachable", "the connection is refused")


def test_a_certificate_that_nobody_signed(tmp_path, asker):
    with serve_tls(tmp_path) as address:
        answer = asker.ask(address)
    assert (answer.kind, answer.reason) == ("unreachable", "the certificate can't be trusted")


def test_a_server_without_tls(asker):
    with serve_raw(stammer) as address:
        assert asker.ask(address.replace("http:", "https:")).reason == "no secure connection can be made"


def test_a_host_that_does_not_exist(asker, names, host):
    names["gone.example"] = socket.EAI_NONAME
    answer = asker.ask("https://gone.example/")
    assert (answer.kind, answer.reason, answer.heard) == ("failed", "the host does not exist", False)
    host.pages["/x"] = Page(301, {"Location": "https://gone.example/y"})
    answer = asker.ask(f"{host.address}/x")
    assert (answer.kind, answer.heard) == ("failed", True)
    assert answer.reason == "leads to gone.example: the host does not exist"


def test_what_a_server_writes_is_fit_to_print(host, asker):
    host.pages["/x"] = Page(301, {"Location": "/a\x1b[31mb c"})
    host.pages["/a%1B[31mb%20c"] = Page()
    assert asker.ask(f"{host.address}/x").moved == f"{host.address}/a%1B[31mb%20c"
