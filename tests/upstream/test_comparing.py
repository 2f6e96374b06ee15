"""twofa changes prints what a refresh from one file to the other would record."""

import json

from tests.helpers import make_entry


def write(folder, name, value):
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


OLD = [
    make_entry("a.example", "totp", name="Alpha"),
    make_entry("b.example", name="Bravo"),
    make_entry("gone.example", "sms", name="Gone", documentation="https://gone.example/2fa"),
]
NEW = [
    make_entry("a.example", "sms", "totp", name="Alpha & more"),
    make_entry("b.example", "email", name="Bravo", contact=None),
    make_entry("heir.example", "sms", name="Heir", documentation="https://gone.example/2fa"),
]


def test_as_json(tiny):
    del NEW[1][1]["contact"]
    outcome = tiny.run("changes", write(tiny.root, "old", OLD), write(tiny.root, "new", NEW), "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["counts"] == {
        "added": 1,
        "removed": 1,
        "renamed": 1,
        "gained_2fa": 1,
        "methods_gained": 1,
        "field_changed": 1,
    }
    assert {"type": "renamed", "domain": "a.example", "name": "Alpha & more", "old_name": "Alpha"} in outcome.json[
        "events"
    ]
    assert {"type": "gained_2fa", "domain": "b.example", "name": "Bravo", "methods": ["email"]} in outcome.json[
        "events"
    ]
    (suggestion,) = outcome.json["suggestions"]
    assert (suggestion["old_domain"], suggestion["domain"]) == ("gone.example", "heir.example")
    assert suggestion["evidence"] == ["documentation"]


def test_as_text(tiny):
    outcome = tiny.run("changes", write(tiny.root, "old", OLD), write(tiny.root, "new", NEW))
    assert outcome.code == 0
    assert outcome.out.startswith("1 added, 1 removed, 1 renamed")
    assert "methods_gained a.example (Alpha & more): methods: sms\n" in outcome.out
    assert "add to content/moves.yaml: gone.example: heir.example" in outcome.out


def test_nothing_changed_whatever_the_order(tiny):
    shuffled = [["Alpha", {"tfa": ["totp"], "keywords": ["other"], "domain": "A.Example"}], *OLD[:0:-1]]
    outcome = tiny.run("changes", write(tiny.root, "old", OLD), write(tiny.root, "new", shuffled))
    assert (outcome.code, outcome.out) == (0, "Nothing has changed.\n")


def test_kept_files_can_be_compared(tiny):
    outcome = tiny.run("changes", tiny.data / "2fa-directory.json", write(tiny.root, "new", OLD), "--json")
    assert outcome.code == 0
    # Two of the six have the same names here, so these have moved.
    assert (outcome.json["counts"]["moved"], outcome.json["counts"]["removed"]) == (2, 4)


def test_files_of_no_use(tiny):
    good = write(tiny.root, "old", OLD)
    outcome = tiny.run("changes", good, tiny.root / "missing")
    assert outcome.code == 2
    assert "missing can't be read" in outcome.err
    for name, text, said in (
        ("page", "<html>", "HTML, not JSON"),
        ("passkeys", '{"a.example": {}}', "v3"),
        ("half", '[["A", {"domain":', "not valid JSON"),
    ):
        outcome = tiny.run("changes", good, write(tiny.root, name, text))
        assert outcome.code == 4
        assert f"{name}: " in outcome.err
        assert said in outcome.err
