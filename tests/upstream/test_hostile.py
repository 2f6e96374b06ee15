"""Whatever a server says, a fetch ends in time and in little memory, says why, and leaves data/ as it was."""

import datetime
import re
import ssl

import pytest
import trustme

from generator.upstream import refresh
from tests.helpers import make_project, run_process, stamp_tree, within
from tests.upstream.hostile import CASES, GOOD, KIND, LARGE, PATIENT, SLOW, Server, http

MEGABYTE = 1_000_000

#: Printed at the end of a process: the most memory that it ever had, in bytes. What Linux says in its status is not
#: counted from the process that started this one; other systems say it in their account of resources.
TELL_PEAK = """
import atexit, os, re, resource
from tests.marks import mark_thorough
def tell():
    if os.path.exists("/proc/self/status"):
        peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) * 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print("peak:", peak, file=sys.stderr)
atexit.register(tell)
"""


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.close()


@pytest.fixture(scope="module")
def site(server, tmp_path_factory):
    """A project that has fetched a good file from the server, and knows its tag."""
    (root := tmp_path_factory.mktemp("hostile") / "project").mkdir()
    project = make_project(root)
    point(project, f"http://127.0.0.1:{server.port}/all.json")
    server.play(http(GOOD, ETag='"good"'))
    assert project.run("fetch", "2fa-directory").code == 0
    return project


def point(project, address):
    """Name the address of the 2FA Directory in the settings."""
    sources = re.sub(r"    address: .*\n|  address: .*\n", "", project.read("content/sources.yaml"))
    project.write(
        "content/sources.yaml", sources.replace("2fa-directory:\n", f"2fa-directory:\n  address: {address}\n")
    )


def stamp(project):
    """Return the files of data/ that a failed fetch must leave alone."""
    return {name: file for name, file in stamp_tree(project.data).items() if not name.startswith("reports/")}


def hold(outcome, code, says):
    """Assert how a fetch ended and what it said: nothing that a terminal would take for an order, and no traceback."""
    assert (outcome.code, re.search(says, outcome.out) is not None) == (code, True), outcome.out + outcome.err
    assert "Traceback" not in outcome.out + outcome.err
    assert outcome.out.replace("\n", "").isprintable()


def test_there_are_enough_of_them():
    assert len(CASES) >= 100
    assert set(LARGE) <= set(CASES)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.thorough if name in {*LARGE, *SLOW} else ()) for name in CASES]
)
def test_hostile_server(site, server, monkeypatch, name):
    case = CASES[name]
    monkeypatch.setattr(refresh, "Patience", lambda: case.patience)
    server.play(*case.answers)
    before = stamp(site)
    origin = ("--from", f"http://127.0.0.1:{server.port}{case.path}") if case.path else ()
    with within(30):
        outcome = site.run("fetch", "2fa-directory", *origin)
    hold(outcome, case.code, case.says)
    assert outcome.err == ""
    assert stamp(site) == before
    if case.tries is not None:
        assert len(server.asked) == case.tries


@pytest.mark.parametrize("name", KIND)
def test_kind_server(site, server, monkeypatch, name):
    monkeypatch.setattr(refresh, "Patience", lambda: PATIENT)
    server.play(http(GOOD, ETag='"good"'))
    assert site.run("fetch", "2fa-directory").code == 0
    server.play(*KIND[name])
    hold(site.run("fetch", "2fa-directory"), 0, "2fa-directory: unchanged, 6 records")
    assert len(server.asked) == len(KIND[name])
    assert b'If-None-Match: "good"' in server.asked[0]


@pytest.fixture(scope="module")
def normal(site, server):
    """The peak memory of a fetch that brings the good file, in bytes."""
    server.play(http(GOOD, ETag='"good"'))
    outcome = run_process("--root", site.root, "fetch", "2fa-directory", script=TELL_PEAK)
    assert outcome.code == 0
    return find_peak(outcome)


def find_peak(outcome):
    found = re.search(r"^peak: (\d+)$", outcome.err, re.MULTILINE)
    assert found
    return int(found[1])


@pytest.mark.thorough
@pytest.mark.parametrize("name", LARGE)
def test_memory_of_a_whole_process(site, server, normal, name):
    case = CASES[name]
    server.play(*case.answers)
    before = stamp(site)
    with within(60):
        outcome = run_process("--root", site.root, "fetch", "2fa-directory", script=TELL_PEAK)
    hold(outcome, case.code, case.says)
    assert stamp(site) == before
    assert find_peak(outcome) - normal <= 64 * MEGABYTE


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def trust(monkeypatch, tmp_path, authority):
    path = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))


def open_secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = Server(context)
    server.play(http(GOOD))
    return server


def fetch_securely(site, server, code, says):
    before = stamp(site)
    with within(30):
        outcome = site.run("fetch", "2fa-directory", "--from", f"https://127.0.0.1:{server.port}/all.json")
    server.close()
    hold(outcome, code, says)
    assert outcome.err == ""
    if code:
        assert stamp(site) == before
        assert server.asked == []


def test_certificate_that_is_trusted(site, authority, monkeypatch, tmp_path):
    trust(monkeypatch, tmp_path, authority)
    fetch_securely(site, open_secure(authority.issue_cert("127.0.0.1")), 0, "unchanged, 6 records")


def test_certificate_of_nobody(site, authority):
    fetch_securely(site, open_secure(authority.issue_cert("127.0.0.1")), 3, r"a certificate that can't be trusted \(")


def test_certificate_for_another_name(site, authority, monkeypatch, tmp_path):
    trust(monkeypatch, tmp_path, authority)
    certificate = authority.issue_cert("elsewhere.example", "127.0.0.2")
    fetch_securely(site, open_secure(certificate), 3, r"can't be trusted \(.*not valid for '127\.0\.0\.1'\)")


def test_certificate_that_has_expired(site, authority, monkeypatch, tmp_path):
    trust(monkeypatch, tmp_path, authority)
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = authority.issue_cert("127.0.0.1", not_before=past, not_after=past + datetime.timedelta(days=90))
    fetch_securely(site, open_secure(certificate), 3, r"can't be trusted \(certificate has expired\)")


def test_no_environment_switches_trust_off(site, authority, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PYTHONHTTPSVERIFY", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "0" if name == "PYTHONHTTPSVERIFY" else "")
    fetch_securely(site, open_secure(authority.issue_cert("127.0.0.1")), 3, "a certificate that can't be trusted")


def test_no_tls_at_all(site, server, monkeypatch):
    monkeypatch.setattr(refresh, "Patience", lambda: PATIENT)
    server.play(http(GOOD))
    before = stamp(site)
    outcome = site.run("fetch", "2fa-directory", "--from", f"https://127.0.0.1:{server.port}/all.json")
    hold(outcome, 3, r"makes no secure connection \(TLS\)")
    assert stamp(site) == before
