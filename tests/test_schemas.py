"""The schemas: what they tell an editor, that their examples hold, that their patterns say what the program says.

What is made from them, the reference and the settings of VS Code, has to be what they say now.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from generator.schemas import CONTENT, find_schema, load_schema
from generator.validation.addresses import SHORTENERS
from generator.validation.schema import check_schema
from generator.validation.text_formats import FORMATS
from generator.yamlparse import parse_yaml
from scripts.referencing.examples import nest, write_yaml
from scripts.referencing.files import build_files
from scripts.referencing.keys import Key, list_keys, resolve
from scripts.referencing.words import describe
from tests.helpers import CHECKOUT

SCHEMAS = sorted(path.name.removesuffix(".schema.json") for path in (CHECKOUT / "generator/schemas").glob("*.json"))
FOR_CONTENT = sorted(set(CONTENT.values()))

#: Every key that content may have.
KEYS = {(name, key.path): key for name in FOR_CONTENT for key in list_keys(load_schema(name))}

#: Every YAML file of the checkout that people write.
FILES = sorted(path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "content").rglob("*.yaml"))


# --- The schemas themselves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_one(name):
    schema = load_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]
    assert schema["description"]


def find_blocks(schema: Any, path: str = "") -> dict[str, Any]:
    """Return everything in a schema that is a block of JSON, by its place."""
    if isinstance(schema, list):
        return {place: found for inner in schema for place, found in find_blocks(inner, path).items()}
    if not isinstance(schema, dict):
        return {}
    below = {
        place: found for key, inner in schema.items() for place, found in find_blocks(inner, f"{path}/{key}").items()
    }
    return {path: schema, **below}


@pytest.mark.parametrize("name", FOR_CONTENT)
def test_every_block_refuses_unknown_keys(name):
    blocks = find_blocks(load_schema(name))
    open_to_all = [
        place
        for place, block in blocks.items()
        if block.get("type") == "object" and block.get("additionalProperties", True) is True
    ]
    assert open_to_all == []


def test_definitions_of_one_name_are_the_same_everywhere():
    """But for a link in sources.yaml, which may be null."""
    seen: dict[str, Any] = {}
    for name in FOR_CONTENT:
        for word, definition in load_schema(name).get("$defs", {}).items():
            common = {key: value for key, value in definition.items() if key not in {"type", "description"}}
            assert seen.setdefault(word, common) == common, (name, word)


@pytest.mark.parametrize("name", FOR_CONTENT)
def test_every_definition_says_what_it_is(name):
    for word, definition in load_schema(name).get("$defs", {}).items():
        assert definition["title"], word
        assert definition["description"].endswith("."), word


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_found_at_every_depth():
    assert {
        ("service", "domain"),
        ("service", "setup.methods.totp"),
        ("service", "faq.answer"),
        ("site", "product.totp.steps"),
        ("sources", "passkeys.notices.text"),
        ("faq", "sources.url"),
        ("methods", "METHOD.intro"),
        ("names", "IDENTIFIER"),
        ("requests", "LANGUAGE.subject"),
        ("links", "until"),
    } <= KEYS.keys()
    assert KEYS["service", "verified.date"].is_required
    assert not KEYS["service", "verified"].is_required


@pytest.mark.parametrize(("name", "path"), KEYS)
def test_key_tells_an_editor_what_it_is(name, path):
    """Completion and hovers in an editor, and the reference, are made from these."""
    schema = KEYS[name, path].schema
    assert schema["description"].endswith(".")
    assert schema["examples"]


def find_parent(name: str, key: Key, count: int) -> Any:
    """Return the example of what stands around a key, so many steps from the top of the file."""
    root = load_schema(name)
    if count == 0:
        return list(root["examples"])
    steps = key.steps[:count]
    if steps[-1] == 0:
        return [example[0] for example in find_parent(name, key, count - 1)]
    around = next(each for (schema, _), each in KEYS.items() if schema == name and each.steps == steps)
    return list(around.schema["examples"])


def put_into_file(name: str, key: Key, example: Any) -> list[Any]:
    """Return whole files with an example in the place of its key: one for each example of a whole file."""
    value = example
    for count in range(len(key.steps) - 1, 0, -1):
        around = copy.deepcopy(find_parent(name, key, count)[0])
        around[key.steps[count]] = value
        value = around
    files: list[Any] = copy.deepcopy(load_schema(name)["examples"])
    for file in files:
        file[key.steps[0]] = value
    return files


@pytest.mark.parametrize(("name", "path"), KEYS)
def test_example_is_valid_in_a_file(name, path):
    """As the reference shows it: in YAML, which has to say the same again."""
    key = KEYS[name, path]
    for example in key.schema["examples"]:
        written = parse_yaml(write_yaml(nest(key.steps, example)).encode(), "x.yaml")
        assert (written.value, written.problems) == (nest(key.steps, example), ())
        files = [
            parse_yaml(write_yaml(value).encode(), "content/x.yaml") for value in put_into_file(name, key, example)
        ]
        assert any(not file.problems and not check_schema(file, name) for file in files)


@pytest.mark.parametrize("name", FOR_CONTENT)
def test_example_of_a_whole_file_is_valid(name):
    for example in load_schema(name)["examples"]:
        file = parse_yaml(write_yaml(example).encode(), "content/x.yaml")
        assert [*file.problems, *check_schema(file, name)] == []


# --- Patterns: what editors' programs can check of our formats --------------------------------------------------------

#: Format → what keeps it, and what does not and can be told by a pattern.
TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "https-url": (
        [
            "https://a.example", "https://a.example:8443/x?y=1&z=2#q", "https://a.example/é", "HTTPS://a.example/",
            "https://youtu.be/x", "https://bit.ly.example/", "https://notbit.ly/x", "https://a.example?bit.ly",
            " https://a.example\n",
        ],
        [
            "", "a.example", "//a.example", "http://a.example", "https:/a.example", "https://", "https://u@a.example",
            "https://a.example/ x", "https://a.example/<x>", "https://a.example/{x}", "javascript:alert(1)",
            *(f"https://{host}/x" for host in SHORTENERS), "https://www.bit.ly/x", "https://t.co", "https://t.co?x",
        ],
    ),
    "source-url": (
        [
            "https://a.example/v3/all.json", "http://127.0.0.1:8931/all.json", "http://localhost", "HTTP://[::1]:80/x",
            "http://LocalHost:8000/a?b=c", "https://localhost/x",
        ],
        [
            "", "a.example", "http://a.example/x", "http://127.0.0.1.example/", "http://localhost.example",
            "http://127.1/", "http://u@localhost/", "ftp://localhost/", "http://localhost/a b", "https://t.co/x",
        ],
    ),
    "public-url": (
        ["https://a.example", "https://a.b.example:8443/x?y=1&z=2#q", "https://münchen.example", "https://localhost.example"],
        [
            "", "http://a.example", "https://u@a.example", "https://localhost", "https://x/", "https://a.localhost:80",
            "https://a.local", "https://wiki.internal/x", "https://a.invalid?x", "https://127.0.0.1/", "https://[::1]/",
            "https://10.0.0.1:8443", "https://a.example.", *(f"https://{host}/x" for host in SHORTENERS),
        ],
    ),
    "web-url": (
        ["http://a.example", "https://a.example:8443/x?y=1#q", "HTTP://a.example/é", "https://bit.ly/x", " http://a\n"],
        ["", "a.example", "//a.example", "ftp://a.example", "http:/a", "http://u@a.example", "http://a.example/ x"],
    ),
    "base-url": (
        ["https://a.example", "https://a.example/", "https://a.example/deep/path", "http://127.0.0.1:8000"],
        ["", "a.example", "https://a.example/?x", "https://a.example/#x", "ftp://a.example", "https://a.example/a b"],
    ),
    "domain": (
        ["a.de", "a-b.example.co.uk", "xn--mnchen-3ya.example", "EXAMPLE.com", "a.xn--p1ai", "a.example\n"],
        ["", "example", ".example", "-a.de", "a..example", "a_b.example", "192.0.2.1", "https://a.example", "a.de/"],
    ),
    "date": (
        ["2026-01-31", "2026-02-28", "2024-02-29", "2026-04-30", "2000-01-01", "2026-01-05\n"],
        ["", "2026-1-5", "05.01.2026", "1999-12-31", "2026-02-30", "2026-04-31", "2026-13-01", "2026-01-00", "2026015"],
    ),
    "markdown": (
        [
            "one", "one\ntwo\n", "a < b", "a <3", "`<b>`", "``", "a ` b", "<https://a.example>", "[x](https://a.example)",
            "[x](/faq/)", "[x](#z)", "[x](mailto:a@a.example)", "[ ] open", "f(x)[1]", "[x](https://t.co.example)",
            "`[x](http://a.example)`", "[x](<https://a.example>)", "a\n\n    code", "[x]: https://a.example",
        ],
        [
            "<b>", "a </b>", "<!--", "<?php", "`x` <b>", "<a@b.example>", "[x](http://a.example)", "[x]( data:x )",
            "[x](<javascript:x>)", "![x](http://a.example/i.png)", "[x](//a.example)", "<http://a.example>",
            "[x](https://bit.ly/x)", "[x](https://www.t.co)", "<https://bit.ly/x>", "[x]()",
        ],
    ),
}  # fmt: skip

#: Format → the pattern that stands beside it in the schemas.
PATTERNS = {
    block["format"]: block["pattern"]
    for name in FOR_CONTENT
    for block in find_blocks(load_schema(name)).values()
    if "format" in block and "pattern" in block
}


def test_every_format_has_its_pattern():
    blocks = [block for name in FOR_CONTENT for block in find_blocks(load_schema(name)).values()]
    pairs = {(block["format"], block.get("pattern")) for block in blocks if isinstance(block.get("format"), str)}
    assert pairs == set(PATTERNS.items()), "one pattern for each"
    assert PATTERNS.keys() == TEXTS.keys()


@pytest.mark.parametrize("name", FOR_CONTENT)
def test_every_pattern_has_words_for_who_breaks_it(name):
    for place, block in find_blocks(load_schema(name)).items():
        if isinstance(block.get("pattern"), str) and "examples" not in block:
            assert block["patternErrorMessage"].endswith("."), place


@pytest.mark.parametrize("name", TEXTS)
def test_pattern_says_of_a_text_what_the_format_says(name):
    good, bad = TEXTS[name]
    pattern = re.compile(PATTERNS[name])
    assert [text for text in good if not pattern.search(text)] == []
    assert [text for text in good if not FORMATS[name](text.strip())] == []
    assert [text for text in bad if FORMATS[name](text) and text] == []
    # An empty text is another keyword's business where that says so too.
    assert [text for text in bad if pattern.search(text)] == []


@pytest.mark.parametrize(
    "text",
    ["<" * 100_000, "`" * 100_001, "](" * 50_000, "[x](https://a.example) `" * 10_000 + "<b>", "a " * 100_000 + "\nb"],
)
def test_no_text_makes_a_pattern_slow(text):
    patterns = [*PATTERNS.values(), load_schema("service")["$defs"]["line"]["pattern"]]
    for pattern in patterns:
        re.search(pattern, text)


# --- What is made from them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_every_content_file_begins_with_the_way_to_its_schema(file):
    first = (CHECKOUT / file).read_text("utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, first
    schema = CHECKOUT / "generator/schemas" / f"{find_schema(file)}.schema.json"
    assert ((CHECKOUT / file).parent / found[1]).resolve() == schema


@pytest.mark.parametrize("file", FILES)
def test_every_content_file_keeps_its_schema(file):
    parsed = parse_yaml((CHECKOUT / file).read_bytes(), file)
    assert [str(problem) for problem in (*parsed.problems, *check_schema(parsed, find_schema(file)))] == []


def test_the_table_of_files_names_what_is_there():
    found = {name for name in CONTENT if list(CHECKOUT.glob(name))}
    assert found == CONTENT.keys()
    assert {find_schema(file) for file in FILES} == set(CONTENT.values()) == set(FOR_CONTENT)


@pytest.mark.parametrize("file", build_files())
def test_what_is_made_from_the_schemas_is_as_they_say(file):
    assert (CHECKOUT / file).read_text("utf-8") == build_files()[file], "run scripts/reference"


def test_the_reference_has_every_key_with_its_example():
    pages = {name: (CHECKOUT / f"docs/{name}.md").read_text("utf-8") for name in ("curated-file", "content-files")}
    for (name, path), key in KEYS.items():
        page = pages["curated-file" if name == "service" else "content-files"]
        allowances = tuple(f"limits.refresh.{name}." for name in ("lost_2fa", "with_2fa_down", "added", "renamed"))
        if path.startswith(("passkeys.", "sample.", "product.sms.", *allowances)):
            continue  # An earlier block has the same keys, and the page says so.
        assert f"### `{path}`\n" in page
        assert f"```yaml\n{write_yaml(nest(key.steps, key.example))}```" in page
    assert page.count("Its keys are those of") == 7


def test_settings_of_vs_code_lead_from_every_file_to_its_schema():
    settings = json.loads((CHECKOUT / ".vscode/settings.json").read_text("utf-8"))
    found = {file: schema for schema, files in settings["yaml.schemas"].items() for file in files}
    assert found.keys() == CONTENT.keys()
    for file, schema in found.items():
        assert (CHECKOUT / schema).name == f"{CONTENT[file]}.schema.json"
        assert (CHECKOUT / schema).is_file()


@pytest.mark.parametrize(
    ("name", "path", "words"),
    [
        ("service", "domain", "a domain, at most 253 characters"),
        ("service", "setup.steps", "a list of 1 to 30 items; each is Markdown, at most 5,000 characters"),
        ("service", "recovery.codes", "`true` or `false`"),
        ("service", "sharing.verdict", "one of `permitted`, `tolerated`, `forbidden` or `unknown`"),
        ("service", "teams", "a block of keys, at least 2 of them"),
        ("service", "regions", "a list of items, none of them twice; each is a region"),
        ("site", "limits.stale_after_days", "a whole number from 1 to 36500"),
        ("site", "limits.bad_records_percent", "a number from 0 to 100"),
        ("sources", "passkeys.by", "text, or `null`"),
        ("names", "IDENTIFIER", "a name, at most 100 characters"),
    ],
)
def test_rules_in_plain_words(name, path, words):
    root = load_schema(name)
    assert describe(KEYS[name, path].schema, root) == words
    assert describe(resolve(KEYS[name, path].schema, root), root) == words
