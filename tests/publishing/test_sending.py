"""What is sent to a bucket, in which order and with which headers, and what is deleted."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

import pytest

from generator.pages.hosting import FOR_EVER, FRESH, TYPES, find_kind, find_type
from generator.publishing.index import NAME, Index, dump_index, parse_index
from tests.helpers import ENTRIES, PASSKEYS, make_entry, make_rows, read_tree

if TYPE_CHECKING:
    from tests.helpers import Outcome, Project


def publish(project: Project, remote: str, *arguments: str) -> Outcome:
    outcome = project.run("publish", remote, "--json", *arguments)
    assert outcome.code == 0, outcome.err
    return outcome


def change_much(project: Project) -> None:
    """Add a service with a new category, change a guide and the style; so an asset is lost."""
    entries = [*copy.deepcopy(list(ENTRIES.values())), make_entry("new.example", "totp", keywords=["fresh"])]
    project.write_snapshot(entries, PASSKEYS)
    project.write_ledger(make_rows([*ENTRIES, "new.example"]), ["/", "/faq/", "/2fa-directory/"])
    project.write_curated("alpha", "domain: alpha.example\nrecovery: {codes: true}\n")
    style = project.root / "templates/static/style.css"
    style.write_text(style.read_text() + "/* new */\n")
    assert project.build().code == 0


def test_all_of_a_site_with_its_headers(site, bucket):
    report = publish(site, bucket.remote).json
    files = read_tree(site.site)
    assert bucket.find_differences(site.site) == []
    assert report.keys() == {"sent", "deleted", "bytes", "unchanged", "seconds"}
    assert (report["sent"], report["deleted"], report["unchanged"]) == (len(files), 0, 0)
    assert report["bytes"] == sum(map(len, files.values()))
    assert sorted(bucket.sent) == sorted(files), "each file once"
    for name, data in files.items():
        got, headers = bucket.get(name)
        assert got == data
        assert (headers["Cache-Control"], headers["Content-Type"]) == (find_kind(name).cache, find_type(name)), name
    caches = {name: bucket.get(name)[1]["Cache-Control"] for name in files}
    assert {caches[name] for name in files if name.startswith("assets/")} == {FOR_EVER}
    assert {caches[name] for name in files if name.endswith(".html")} == {FRESH}
    data, headers = bucket.get(NAME)
    index = json.loads(data)
    assert index.keys() == {"format", "program", "files"}
    assert index["files"].keys() == files.keys()
    assert (headers["Cache-Control"], headers["Content-Type"]) == ("no-store", "application/json")
    # Everything comes before what leads to it.
    order = [find_kind(name).stage for name in bucket.sent]
    assert order == sorted(order)
    assert not (site.root / ".twofa/publishing").exists()


@pytest.mark.thorough
def test_nothing_new_is_one_look_at_the_index(site, bucket):
    publish(site, bucket.remote)
    before = read_tree(bucket.folder)
    bucket.forget()
    report = publish(site, bucket.remote).json
    assert (report["sent"], report["deleted"], report["bytes"]) == (0, 0, 0)
    assert report["unchanged"] == len(bucket.objects)
    assert [noted.name for noted in bucket.log if noted.method == "GET"] == [NAME]
    assert bucket.changes == []
    assert read_tree(bucket.folder) == before


@pytest.mark.thorough
def test_a_quiet_night_sends_the_status_alone(site, bucket):
    for day in (1, 2):
        sources = {"2fa-directory": {"fetched": f"2026-03-0{day}T02:00:00+00:00", "changed": "2026-01-05"}}
        site.write("data/status.json", json.dumps({"sources": sources}))
        assert site.build().code == 0
        bucket.forget()
        publish(site, bucket.remote)
    assert [(noted.method, noted.name) for noted in bucket.changes] == [
        ("PUT", NAME),
        ("PUT", "api/v1/status.json"),
        ("PUT", NAME),
    ]
    assert b"2026-03-02T02:00:00+00:00" in bucket.get("api/v1/status.json")[0]


def test_only_what_changed_is_sent_and_nothing_before_what_it_leads_to(site, bucket):
    publish(site, bucket.remote)
    before = bucket.objects
    change_much(site)
    bucket.forget()
    report = publish(site, bucket.remote).json
    after = read_tree(site.site)
    assert bucket.find_differences(site.site) == []
    changed = {name for name in after if before.get(name) != after[name]}
    assert sorted(bucket.sent) == sorted(changed)
    assert report["unchanged"] == len(after) - len(changed)
    lost = before.keys() - after.keys()
    assert {name.split("/")[0] for name in lost} == {"assets"}
    assert bucket.deleted == sorted(lost)
    # The index says first what is in doubt, and last what is there.
    names = [noted.name for noted in bucket.changes]
    assert (names[0], names[-1], names.count(NAME)) == (NAME, NAME, 2)
    assert set(names[-1 - len(lost) : -1]) == lost, "deletions come last"
    place = {name: number for number, name in enumerate(bucket.sent)}
    new = {name for name in changed if name not in before}
    assert max(place[name] for name in new) < min(place[name] for name in changed - new)
    page, category = "2fa-directory/new/index.html", "2fa-directory/category/fresh/index.html"
    assert {page, category} <= new
    (style,) = (name for name in new if name.endswith(".css"))
    assert place[style] < place[page] < place[category]
    guide, lists = place["2fa-directory/alpha/index.html"], ("index.html", "2fa-directory/index.html")
    assert all(guide < place[name] < place["sitemap.xml"] for name in lists)


@pytest.mark.thorough
def test_a_remote_of_the_environment_and_several_builds_between(site, bucket, monkeypatch):
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    publish(site, "web:bucket/site")
    for codes in ("true", "false", "true"):
        site.write_curated("alpha", f"domain: alpha.example\nrecovery: {{codes: {codes}}}\n")
        assert site.build().code == 0
    assert site.run("build", "--rollback").code == 0
    bucket.forget()
    publish(site, "web:bucket/site")
    assert bucket.find_differences(site.site) == []
    # The page, and the sitemap and lists where they changed with it: nothing else.
    assert set(bucket.sent) <= {"2fa-directory/alpha/index.html", "editors/index.html", "sitemap.xml"}


@pytest.mark.thorough
def test_a_folder_as_a_remote(site, bucket, tmp_path):
    place = tmp_path / "www"
    publish(site, str(place))
    change_much(site)
    report = publish(site, str(place)).json
    assert 0 < report["sent"] < len(read_tree(place))
    assert {name: data for name, data in read_tree(place).items() if name != NAME} == read_tree(site.site)


@pytest.mark.thorough
def test_a_dry_run_says_it_all_and_does_nothing(site, tmp_path):
    place = tmp_path / "www"
    publish(site, str(place))
    before = read_tree(place)
    site.write_curated("alpha", "domain: alpha.example\nrecovery: {codes: true}\n")
    assert site.build().code == 0
    (style,) = site.site.glob("assets/style.*")
    index = parse_index((place / NAME).read_bytes())
    assert index
    files = {name: mark for name, mark in index.files.items() if name != f"assets/{style.name}"}
    (place / NAME).write_bytes(dump_index(Index(files=files, unknown=frozenset({"old.txt"}))))
    before = read_tree(place)
    report = publish(site, str(place), "--dry-run").json
    assert (report["sent"], report["deleted"], report["bytes"]) == (0, 0, 0)
    page = "2fa-directory/alpha/index.html"
    assert report["sending"][:2] == [f"assets/{style.name}", page]
    assert report["deleting"] == ["old.txt"]
    text = site.run("publish", place, "--dry-run").out
    assert text.startswith(f"{place}: {len(report['sending'])} files would be sent, 1 deleted, ")
    assert f"\n  send {page}\n" in text
    assert text.endswith("\n  delete old.txt\n")
    assert read_tree(place) == before


# --- What the remote holds besides ------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_without_an_index_all_is_sent_and_strangers_stay(site, bucket):
    publish(site, bucket.remote)
    with bucket.change() as place:
        (place / NAME).write_bytes(b"{")
        (place / "somebody").mkdir()
        (place / "somebody" / "else.txt").write_text("not ours")
        (place / "faq" / "index.html").write_text("changed by hand")
    bucket.forget()
    assert publish(site, bucket.remote).json["unchanged"] == 0
    assert sorted(bucket.sent) == sorted(read_tree(site.site))
    assert bucket.deleted == []
    assert bucket.find_differences(site.site) == ["somebody/else.txt"]
    pruned = publish(site, bucket.remote, "--prune").json
    assert (pruned["sent"], pruned["deleted"]) == (0, 1)
    assert bucket.find_differences(site.site) == []


@pytest.mark.thorough
def test_all_is_sent_on_request(site, tmp_path):
    place = tmp_path / "www"
    publish(site, str(place))
    (place / "faq/index.html").write_text("changed by hand")
    assert publish(site, str(place)).json["sent"] == 0
    assert publish(site, str(place), "--clean").json["unchanged"] == 0
    assert (place / "faq/index.html").read_text() == site.read("site/faq/index.html")


@pytest.mark.thorough
def test_pruning_spares_a_repository(site):
    """A folder that git publishes from, such as a worktree at dist/, stays one."""
    place = site.root / "dist"
    publish(site, str(place))
    kept = [site.write("dist/.git", "gitdir: elsewhere"), site.write("dist/part/.git/HEAD", "ref: refs/heads/main")]
    gone = site.write("dist/old.html", "old")
    assert publish(site, str(place), "--prune").json["deleted"] == 1
    assert [path.is_file() for path in (*kept, gone)] == [True, True, False]


@pytest.mark.thorough
def test_new_headers_are_sent_with_the_same_bytes(site, bucket, monkeypatch):
    publish(site, bucket.remote)
    monkeypatch.setitem(TYPES, ".svg", "image/new")
    bucket.forget()
    publish(site, bucket.remote)
    assert [name.rpartition(".")[2] for name in bucket.sent] == ["svg"]
    assert bucket.get(bucket.sent[0])[1]["Content-Type"] == "image/new"


@pytest.mark.thorough
def test_another_site_does_not_empty_the_remote(site, tmp_path):
    place = tmp_path / "www"
    publish(site, str(place))
    index = Index(files={f"{number}.txt": "" for number in range(60)})
    (place / NAME).write_bytes(dump_index(index))
    before = read_tree(place)
    outcome = site.run("publish", place)
    assert outcome.code == 6
    assert outcome.err == (
        f"twofa: {place}: 60 of the 60 files there would be deleted; nothing was sent "
        "→ check that this is the right site; if it is meant, add --prune\n"
    )
    assert read_tree(place) == before
    assert publish(site, str(place), "--prune").json["deleted"] == 60
