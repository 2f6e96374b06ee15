"""Which addresses are asked: public ones, whatever way they are written."""

from __future__ import annotations

import socket

import pytest

from generator.editors.links.addresses import find_addresses, is_public
from generator.editors.links.failures import NoAnswerError


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:0101:0101::1"],
)
def test_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1"),
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::1.1.1.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1"),
        *("2002:7f00:0001::", "2002:a9fe:a9fe::1", "2001:0:1::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1"),
        *("4000::1", "", "localhost", "1.1.1"),
    ],
)
def test_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0", "::1", "::ffff:127.0.0.1"]
)
def test_this_machine_is_refused_under_all_its_names(host):
    with pytest.raises(NoAnswerError, match="no public address"):
        find_addresses(host, 80)


def test_a_trial_may_ask_this_machine():
    assert find_addresses("127.0.0.1", 80, allow_private=True) == [(int(socket.AF_INET), ("127.0.0.1", 80))]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(socket.EAI_NONAME, "failed"), (socket.EAI_AGAIN, "unreachable"), (socket.EAI_FAIL, "unreachable")],
)
def test_a_name_that_is_not_there_and_one_that_nobody_could_look_up(names, number, kind):
    names["gone.example"] = number
    with pytest.raises(NoAnswerError) as failure:
        find_addresses("gone.example", 80)
    assert failure.value.kind == kind


@pytest.mark.parametrize("host", ["a..example", "x" * 70 + ".example"])
def test_what_is_no_name_is_not_reached(host):
    with pytest.raises(NoAnswerError):
        find_addresses(host, 80)
