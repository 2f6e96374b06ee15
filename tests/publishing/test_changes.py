"""What a build says it changed: kept with the release, read in the order in which it is sent."""

from __future__ import annotations

from generator.build.changes import Changes
from generator.build.trees import find_tree_id
from generator.publishing.changes import load_changes
from tests.helpers import ENTRIES, PASSKEYS, make_entry, make_rows, read_tree, stamp_tree


def load(project) -> Changes:
    changes = load_changes(project.root / ".twofa", project.site)
    assert changes
    return changes


def test_the_first_release_is_all_new(tiny):
    assert tiny.build().code == 0
    changes = load(tiny)
    assert (changes.since, changes.changed, changes.removed) == (None, (), ())
    assert sorted(changes.new) == sorted(read_tree(tiny.site))
    assert changes.new[0].startswith("assets/")
    assert changes.new.index("2fa-directory/alpha/index.html") < changes.new.index("index.html")


def test_each_release_says_what_separates_it_from_the_one_before(tiny):
    assert tiny.build().code == 0
    first, before = find_tree_id(tiny.site), read_tree(tiny.site)
    tiny.write_snapshot([*ENTRIES.values(), make_entry("new.example", "totp")], PASSKEYS)
    tiny.write_ledger(make_rows([*ENTRIES, "new.example"]), ["/", "/faq/", "/2fa-directory/"])
    (tiny.root / "templates/static/more.txt").write_text("more")
    assert tiny.build().code == 0
    second = load(tiny)
    after = read_tree(tiny.site)
    assert second.since == first
    assert set(second.new) == after.keys() - before.keys()
    assert set(second.changed) == {name for name in after.keys() & before.keys() if before[name] != after[name]}
    assert second.removed == ()
    (tiny.root / "templates/static/more.txt").unlink()
    assert tiny.build().code == 0
    assert [name.split(".")[0] for name in load(tiny).removed] == ["assets/more"]
    # The release before has its own.
    assert tiny.run("build", "--rollback").code == 0
    assert load(tiny) == second


def test_an_edited_guide_and_a_build_with_nothing_to_do(tiny):
    tiny.write_curated("alpha", "domain: alpha.example\n")
    assert tiny.build().code == 0
    tiny.write_curated("alpha", "domain: alpha.example\nrecovery: {codes: true}\n")
    assert tiny.build().code == 0
    assert load(tiny).changed == ("2fa-directory/alpha/index.html",)
    kept = stamp_tree(tiny.root / ".twofa/outputs")
    assert tiny.build().code == 0
    assert stamp_tree(tiny.root / ".twofa/outputs") == kept
