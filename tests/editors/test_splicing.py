"""A stamp in the bytes of a file: what it says, where it stands, and that nothing else changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.editors.guides.stamp import NoPlaceError, stamp_bytes
from generator.errors import InvalidError, UsageError
from generator.model import METHODS
from generator.validation.schema import check_schema
from generator.yamlfile import PlainDate
from generator.yamlparse import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

LINK = "https://alpha.example/help?a=b&c=d"


def make_stamp(*methods: str, date: str = "2026-02-03", by: str = "mk", source: str = LINK) -> dict[str, Any]:
    return {"date": PlainDate(date), "by": by, "source": source, "methods": list(methods)}


def read_value(data: bytes) -> Any:
    file = parse_yaml(data, "file")
    assert [*file.problems, *check_schema(file, "service")] == []
    return file.value


# --- A stamp where there was none -------------------------------------------------------------------------------------

BLOCK = f"""\
verified:
  date: 2026-02-03
  by: mk
  source: {LINK}
  methods: [u2f, totp]"""

FLOW = f'verified: {{date: 2026-02-03, by: mk, source: "{LINK}", methods: [u2f, totp]}}'

SETUP = "setup:\n  source: https://a.example/\n  steps: [x]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("domain: a.example\n", "domain: a.example\nBLOCK\n"),
        (f"# a\ndomain: a.example  # b\n\n# c\n{SETUP}", f"# a\ndomain: a.example  # b\nBLOCK\n\n# c\n{SETUP}"),
        (
            "domain: a.example\nname: A\nmethods: []\ncategories:\n  - other # b\n  # c\naliases: [b]\n",
            "domain: a.example\nname: A\nmethods: []\ncategories:\n  - other # b\nBLOCK\n  # c\naliases: [b]\n",
        ),
        (
            "aliases: [b]\ndomain: a.example\naccount: b.example\n",
            "aliases: [b]\ndomain: a.example\nBLOCK\naccount: b.example\n",
        ),
        (
            "domain: a.example\naliases: [b]\nname: A\ncategories: [c]\nmethods: []\n",
            "domain: a.example\nBLOCK\naliases: [b]\nname: A\ncategories: [c]\nmethods: []\n",
        ),
        ("domain: >-  # a\n  a.example\n\n# b\n", "domain: >-  # a\n  a.example\nBLOCK\n\n# b\n"),
        ("---\ndomain: a.example\n...\n", "---\ndomain: a.example\nBLOCK\n...\n"),
        ("  domain: a.example\n  aliases: [b]\n", "  domain: a.example\n  BLOCK\n  aliases: [b]\n"),
        ("? domain\n: a.example\n", "? domain\n: a.example\nBLOCK\n"),
        ("{domain: a.example} # a\n", "{domain: a.example, FLOW} # a\n"),
        ("domain:\ta.example\t# a\naliases:\t\n- b\n", "domain:\ta.example\t# a\nBLOCK\naliases:\t\n- b\n"),
        ("%YAML 1.2\n--- !!map # a\n  domain: a.example\n", "%YAML 1.2\n--- !!map # a\n  domain: a.example\n  BLOCK\n"),
        ("{domain:\ta.example,\n\taliases:\t[b],}\n", "{domain:\ta.example, FLOW,\n\taliases:\t[b],}\n"),
        ('{"domain":"a.example",\n "aliases":["b"]}\n', '{"domain":"a.example", FLOW,\n "aliases":["b"]}\n'),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_new_stamp_stands_after_what_names_the_service(before, after, line_break, mark):
    after = after.replace("  BLOCK", re.sub("^", "  ", BLOCK, flags=re.MULTILINE))
    after = after.replace("BLOCK", BLOCK).replace("FLOW", FLOW)
    before, after = ((mark + text.replace("\n", line_break)).encode() for text in (before, after))
    assert stamp_bytes(before, "file", make_stamp("u2f", "totp")) == after


def test_last_line_without_an_end_stays_without_one():
    stamp = make_stamp("u2f", "totp")
    assert stamp_bytes(b"domain: a.example", "file", stamp) == f"domain: a.example\n{BLOCK}".encode()
    stamped = stamp_bytes(b"# a\r\ndomain: a.example", "file", stamp).decode()
    assert stamped == f"# a\ndomain: a.example\n{BLOCK}".replace("\n", "\r\n")


def test_separators_of_lines_that_few_programs_know_end_no_new_line():
    stamped = stamp_bytes("domain: a.example # a\u2028aliases: [b]\n".encode(), "file", make_stamp("u2f", "totp"))
    assert stamped.decode() == f"domain: a.example # a\n{BLOCK}\u2028aliases: [b]\n"


# --- A stamp that is there --------------------------------------------------------------------------------------------

NEW = "\n  date: 2026-02-03\n  by: mk\n  source: LINK\n  methods:"


def make_file(stamp: str, line_break: str = "\n") -> bytes:
    text = f"domain: a.example\nverified:{stamp}\nsetup: {{source: 'https://a.example/',   steps: [x]}} # e\n"
    return text.replace("LINK", LINK).replace("\n", line_break).encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            " {date: 2026-01-01, by: 'mk', source: \"https://b.example\", methods: [totp]} # a",
            " {date: 2026-02-03, by: 'mk', source: \"LINK\", methods: [u2f, totp]} # a",
        ),
        (
            "\n  date: 2026-02-03\n  source: LINK\n  by: !!str x\n  methods: [u2f, totp]",
            "\n  date: 2026-02-03\n  source: LINK\n  by: mk\n  methods: [u2f, totp]",
        ),
        (
            '\n  \'date\': 2026-01-01\n  ? by\n  : mk\n  "source" : "LINK"\n  methods: [u2f, totp]',
            '\n  \'date\': 2026-02-03\n  ? by\n  : mk\n  "source" : "LINK"\n  methods: [u2f, totp]',
        ),
        (f"{NEW} []", f"{NEW} [u2f, totp]"),
        (f"{NEW}\t[totp]\t# a", f"{NEW}\t[u2f, totp]\t# a"),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_only_what_differs_is_replaced_in_its_own_style(before, after, line_break):
    stamped = stamp_bytes(make_file(before, line_break), "file", make_stamp("u2f", "totp"))
    assert stamped == make_file(after, line_break)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "\n  # a\n  source:   https://b.example/ # b\n  methods: [totp,u2f] # c\n\n  by: 'x'\n  date: '2026-01-01'",
            "\n  # a\n  source:   LINK # b\n  methods: [totp,u2f] # c\n\n  by: mk\n  date: 2026-02-03",
        ),
        (
            "\n  date: 2026-01-01\n  source: LINK\n  by: >-\n    x\n    y\n\n  methods: [u2f, totp]",
            "\n  date: 2026-02-03\n  source: LINK\n  by: mk\n\n  methods: [u2f, totp]",
        ),
        (
            " !!map # a\n  date: 2026-01-01\n  source: # b\n    OTHER\n  by:\t!!str >-\n    x\n  methods: [u2f, totp]",
            " !!map # a\n  date: 2026-02-03\n  source: # b\n    LINK\n  by:\tmk\n  methods: [u2f, totp]",
        ),
        (f"{NEW}\n  - sms\n  - u2f\n  - totp", f"{NEW} [u2f, totp]"),
        (f"{NEW}\n  - sms\n  - totp # a\n  # b\n\n  # c", f"{NEW} [u2f, totp] # a\n  # b\n\n  # c"),
        (f"{NEW}\n    - 'totp' # a", f"{NEW} [u2f, totp] # a"),
        (f"{NEW} [\n    sms,\n    u2f\n  ] # a", f"{NEW} [u2f, totp] # a"),
        (f"{NEW} !!seq\n  - sms\n  - totp", f"{NEW} [u2f, totp]"),
        (f"{NEW} # a\n   [sms]\n  # b", f"{NEW} # a\n   [u2f, totp]\n  # b"),
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_value_that_differs_is_written_on_one_line_and_keeps_the_comments_around(before, after, line_break):
    before = before.replace("OTHER", "https://b.example/")
    stamped = stamp_bytes(make_file(before, line_break), "file", make_stamp("u2f", "totp"))
    assert stamped == make_file(after, line_break)


@pytest.mark.parametrize(
    "before",
    [
        "\n  date: 2026-01-01\n  source: LINK\n  by: >- # a\n    x\n    y\n\n  methods: [u2f, totp]",
        f"{NEW}\n  - sms\n  - u2f # a\n  # b\n  - totp",
        f"{NEW}\n    - call # a\n    # b\n    - sms",
        f"{NEW}\n    - u2f # a - b\n    # c\n    - sms",
        f"{NEW} # a\n    - sms",
        f"{NEW}\n  # a\n  - sms",
        f"{NEW} [ # a\n    sms, # b\n    u2f\n  ]",
        f"{NEW} !!seq # - a\n  # - b\n  - sms\n  - totp",
        f"{NEW}\n  - # a - b\n    sms # c\n  - # -\n    totp",
        "\n  date: 2026-02-03\n  source: LINK\n  by: !!str # a\n    x\n  methods: [u2f, totp]",
        " !!map\n  date:\t2026-01-01\n  source:\tLINK\n  by:\t!!str >- # a\n    x\n  methods:\t[u2f,\ttotp]",
    ],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_comment_inside_a_value_that_differs_is_not_lost(before, line_break):
    with pytest.raises(NoPlaceError, match="a comment inside verified: would be lost") as caught:
        stamp_bytes(make_file(before, line_break), "file", make_stamp("u2f", "totp"))
    assert "\n".join(caught.value.block) == BLOCK


def test_service_without_methods_any_more():
    before = f"domain: a.example\nverified:{NEW}\n  - sms # a\n".replace("LINK", LINK)
    after = before.replace("methods:\n  - sms # a", "methods: [] # a")
    assert stamp_bytes(before.encode(), "file", make_stamp()) == after.encode()


WHO = ["mk", "né", "#mk", "a: b", "- a", "NO", "123", "2026-01-01", "a, b", "[a]", "'a'", '"', "a #b", "🗝 k", "a?", "~"]


@pytest.mark.parametrize("by", WHO)
@pytest.mark.parametrize("style", ["{}", "'{}'", '"{}"', ">-\n    {}"])
def test_any_name_reads_back(by, style):
    rest = f"source: '{LINK}'"
    for text in (
        f"domain: a.example\nverified:\n  date: 2026-02-03\n  by: {style.format('x')}\n  {rest}\n  methods: []\n",
        f"domain: a.example\nverified: {{date: 2026-02-03, by: x, {rest}, methods: []}}\n",
        "domain: a.example\n",
        "{domain: a.example}",
    ):
        assert read_value(stamp_bytes(text.encode(), "file", make_stamp("totp", by=by)))["verified"]["by"] == by


def test_older_day_than_that_of_the_stamp_is_refused():
    data = stamp_bytes(b"domain: a.example\n", "file", make_stamp("totp"))
    with pytest.raises(UsageError, match="2026-02-03"):
        stamp_bytes(data, "file", make_stamp("totp", date="2026-02-02"))
    assert b"2026-02-04" in stamp_bytes(data, "file", make_stamp("totp", date="2026-02-04"))


@pytest.mark.parametrize(
    "data",
    [
        b"domain: a.example\nverified:\n date: 2026-01-01\n by: a\n source: https://b.example\n ? methods\n : - sms\n",
        b"- domain: a.example\n",
        b"domain: a.example\nsetup: 3\n",
        b"domain: a.example\ndomain: a.example\n",
        b"domain: a.example\n---\ndomain: b.example\n",
        b"domain: &a a.example\naliases: [*a]\n",
        b"\xff",
    ],
)
def test_file_without_a_safe_place_is_refused(data):
    with pytest.raises(InvalidError):
        stamp_bytes(data, "file", make_stamp("totp"))


# --- Any file ---------------------------------------------------------------------------------------------------------

NOISE = ["", "# verified: no", "#", "# ü → 🗝  ", "    ", "  # - totp"]

PIECES: dict[str, list[str]] = {
    "domain": [
        "domain: a.example",
        "domain:   'a.example' # x",
        "domain:\ta.example\t# x",
        '"domain": >-\n  a.example',
        "domain: |-\n    a.example\n",
    ],
    "name": ["name: A", 'name: "A: # b" # x', "name: A\n  long name"],
    "categories": ["categories: [other]", "categories:\t[ other,\t# x\n\tcloud ]", "categories:\n- other\n- cloud # x"],
    "methods": ["methods: []", "methods: [totp,   sms]", "methods:\n  - totp # x\n\n  - sms"],
    "setup": [
        "setup: {source: 'https://a.example/',   steps: [a,b]}",
        "setup:\n    source: https://a.example/\n    # y\n    steps:\n    - |\n      a\n\n       b: c\n    - >\n     d",
        f"setup:\n source: https://a.example/?{'long' * 60}\n steps:\n - {'long ' * 60}end",
    ],
    "recovery": [
        "recovery: {codes: yes}",
        "recovery:\n  notes: |+\n    x: y\n    a # no comment\n\n",
        "recovery:\n  codes:    no",
    ],
    "faq": [
        "faq:\n- question: a\n  answer: 'b\n\n    c'\n-   answer: d\n    question: e",
        "faq: [{question: a, answer: b}] # x",
    ],
    "aliases": ["aliases: ['a', \"b\", c]", "aliases:\t\n  # x\n  - 'it''s'\n  - \"\\u00e9\""],
}

OWN = ["name", "categories", "methods"]
ANY_METHODS = st.lists(st.sampled_from(list(METHODS)), unique=True, max_size=4)


@st.composite
def write_methods(draw: Callable[..., Any], indent: str) -> str:
    methods = draw(ANY_METHODS)
    style = draw(st.sampled_from(["flow", "lines", "loose", "block", "tight"]))
    if not methods or style == "flow":
        return f" [{', '.join(methods)}]"
    if style == "lines":
        return " [\n" + "".join(f"{indent}  {method},\n" for method in methods) + f"{indent}]"
    if style == "loose":
        return " [ # x\n" + "".join(f"{indent}  {method}, # y - z\n" for method in methods) + f"{indent}]"
    comments = [draw(st.sampled_from(["", "", " # x - y", f"\n{indent}# z"])) for _ in methods]
    margin = indent if style == "tight" else f"{indent}  "
    return "".join(f"\n{margin}- {method}{comment}" for method, comment in zip(methods, comments, strict=True))


@st.composite
def write_stamp(draw: Callable[..., Any]) -> str:
    if draw(st.booleans()):
        parts = ["date: 2026-01-01", "by: 'mk'", f'source: "{LINK}"', f"methods: [{', '.join(draw(ANY_METHODS))}]"]
        return f"verified: {{{', '.join(draw(st.permutations(parts)))}}}"
    indent = draw(st.sampled_from(["  ", "    ", " "]))
    dates = st.sampled_from(["2026-01-01", "'2026-01-01'", '"2026-02-03" # x'])
    names = st.sampled_from(["mk", "\tmk\t# x", "'m k'", '"mk" # x', "!!str mk", ">- # x\n      m k", "|-\n     mk\n"])
    sources = st.sampled_from(["https://b.example/", f"'{LINK}'", f'"{LINK}" # x'])
    parts = [
        f"date: {draw(dates)}",
        f"by: {draw(names)}",
        f"source: {draw(sources)}",
        f"methods:{draw(write_methods(indent))}",
    ]
    noise = st.sampled_from(["", "", f"{indent}# verified\n", "\n"])
    return "verified: # x\n" + "\n".join(draw(noise) + indent + part for part in draw(st.permutations(parts)))


@st.composite
def write_file(draw: Callable[..., Any]) -> tuple[bytes, bytes, bytes]:
    """Return a file in three parts, the one in the middle its stamp or empty."""
    others = st.lists(st.sampled_from(["setup", "recovery", "faq", "aliases"]), unique=True)
    keys = draw(st.permutations(["domain", *draw(others), *(OWN if draw(st.booleans()) else [])]))
    texts, piece = [], ""
    for key in keys:
        # In or below the text of a block, an indented line would be text too.
        noise = [line for line in NOISE if not line.startswith(" ") or not {"|", ">"} & set(piece)]
        piece = draw(st.sampled_from(PIECES[key]))
        texts.append("".join(f"{line}\n" for line in [*draw(st.lists(st.sampled_from(noise), max_size=2)), piece]))
    head = draw(st.sampled_from(["", "# yaml-language-server: x\n", "---\n", "%YAML 1.1\n---\n"]))
    cut = draw(st.integers(0, len(texts)))
    block = f"{draw(write_stamp())}\n" if draw(st.booleans()) else ""
    parts = [head + "".join(texts[:cut]), block, "".join(texts[cut:]) + draw(st.sampled_from(["# end\n", "# end", ""]))]
    line_break = draw(st.sampled_from(["\n", "\r\n"]))
    first, middle, last = (part.replace("\n", line_break).encode() for part in parts)
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + first, middle, last


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(parts=write_file(), methods=ANY_METHODS, by=st.sampled_from(["mk", "a: b"]))
def test_whatever_the_layout_all_but_the_stamp_stays(parts, methods, by):
    before, block, after = parts
    data = before + block + after
    old = read_value(data)
    stamp = make_stamp(*sorted(methods, key=list(METHODS).index), by=by)
    try:
        stamped = stamp_bytes(data, "file", stamp)
    except NoPlaceError as error:
        assert b"#" in block, "only a comment is in the way"
        pasted = before + "\n".join(error.block).encode() + b"\n" + after
        assert read_value(pasted) == {**old, "verified": stamp}
        return
    new = read_value(stamped)
    held = new.pop("verified")
    assert (held["date"], held["by"], held["source"]) == ("2026-02-03", by, LINK)
    assert sorted(held["methods"]) == sorted(methods)
    old.pop("verified", None)
    assert list(new.items()) == list(old.items())
    assert stamp_bytes(stamped, "file", stamp) == stamped
    assert stamped.count(b"#") == data.count(b"#"), "no comment got lost"
    if block:
        assert stamped.startswith(before)
        assert stamped.endswith(after)
    else:
        length = len(stamped) - len(data)
        assert any(stamped[:at] + stamped[at + length :] == data for at in range(len(data) + 1))
