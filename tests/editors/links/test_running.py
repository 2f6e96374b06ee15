"""Manners: how many requests at once, how far apart, and to whom."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest

from generator.editors.links.asking import Patience
from generator.editors.links.failures import LeftAloneError
from generator.editors.links.following import Asker
from generator.editors.links.hosts import Hosts
from generator.editors.links.running import ask_all
from tests.editors.links.servers import Host, Page
from tests.helpers import within

PAUSE = 0.05


def make_asker(pause: float = PAUSE) -> Asker:
    return Asker(Hosts(pause), agent="tests", allow_private=True, patience=Patience(total=5))


def expect_manners(host: Host, pause: float) -> None:
    """Each request came after the one before it was answered, and a pause."""
    spans = sorted((request.start, request.end) for request in host.requests)
    assert all(later - end >= pause for (_, end), (later, _) in pairwise(spans))


def test_one_request_at_a_time_to_a_host_with_a_pause(make_host):
    hosts = [make_host(f"127.0.0.{number}") for number in range(1, 5)]
    urls = []
    for host in hosts:
        host.pages = {f"/{number}": Page(delay=0.02, head=405) for number in range(4)}
        urls += [f"{host.address}/{number}" for number in range(4)]
    answers = dict(ask_all(urls, make_asker().ask))
    assert {url: answer.kind for url, answer in answers.items() if answer} == dict.fromkeys(urls, "ok")
    for host in hosts:
        assert len(host.requests) == 8
        expect_manners(host, PAUSE)


def test_redirects_from_many_hosts_to_one_keep_its_pause_too(make_host):
    target = make_host("127.0.0.9")
    target.pages["/"] = Page(delay=0.02)
    hosts = [make_host(f"127.0.0.{number}") for number in range(1, 6)]
    for host in hosts:
        host.pages["/"] = Page(302, {"Location": f"{target.address}/"})
    answers = dict(ask_all([f"{host.address}/" for host in hosts], make_asker().ask))
    assert [answer.kind for answer in answers.values() if answer] == ["ok"] * 5
    assert len(target.requests) == 5
    expect_manners(target, PAUSE)


def test_hosts_are_asked_side_by_side(make_host):
    hosts = [make_host(f"127.0.0.{number}") for number in range(1, 9)]
    for host in hosts:
        host.pages["/"] = Page(delay=0.4)
    with within(2.4):
        assert len(list(ask_all([f"{host.address}/" for host in hosts], make_asker().ask))) == 8


def test_the_links_of_a_host_are_asked_in_order(host):
    host.pages = {f"/{number}": Page() for number in range(5)}
    urls = [f"{host.address}/{number}" for number in (3, 1, 4, 0, 2)]
    assert [url for url, _ in ask_all(urls, make_asker(0.0).ask)] == urls


def test_after_a_429_the_other_links_of_the_host_are_left(host):
    host.pages = {"/0": Page(), "/1": Page(429), "/2": Page()}
    answers = dict(ask_all([f"{host.address}/{number}" for number in range(3)], make_asker(0.0).ask))
    assert [answer and answer.kind for answer in answers.values()] == ["ok", "blocked", None]
    assert [path for _, path in host.asked] == ["/0", "/1"]


def test_a_mistake_of_ours_is_no_answer():
    def fail(url: str) -> None:
        raise RuntimeError(url)

    with pytest.raises(RuntimeError, match=r"a\.example"):
        list(ask_all(["https://a.example/"], fail))


def test_no_links_no_threads():
    before = threading.active_count()
    assert list(ask_all([], make_asker().ask)) == []
    assert threading.active_count() == before


def test_whoever_waits_for_a_turn_is_sent_away_at_the_end():
    hosts = Hosts(60.0)
    with hosts.take_turn("a.example"):
        pass
    threading.Timer(0.05, hosts.close).start()
    started = time.monotonic()
    with pytest.raises(LeftAloneError), hosts.take_turn("a.example"):
        raise AssertionError
    assert time.monotonic() - started < 5
