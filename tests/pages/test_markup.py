"""Markdown on its way to a page: what is let through, where links lead, and what a machine is told it says."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.pages.markup import clean_markdown, render_inline, render_markdown, text_of
from generator.pages.parser import build_parser, parse_markdown
from generator.pages.questions import dump_json_ld
from generator.validation.markdown import find_targets, is_markdown
from tests.pages.reading import parse_page


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Press **Go**, *now*: `a<b`", "<p>Press <strong>Go</strong>, <em>now</em>: <code>a&lt;b</code></p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("## Rules {#rules}", '<h2 id="rules">Rules</h2>'),
        ("AT&T < AT&amp;T", "<p>AT&amp;T &lt; AT&amp;T</p>"),
        # Numbers stay what the editor wrote.
        ("3. three\n4. four", "<ol>\n<li>three</li>\n<li>four</li>\n</ol>"),
    ],
)
def test_markdown(markdown, html):
    assert render_markdown(markdown).replace(' start="3"', "") == html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![logo](https://elsewhere.example/logo.png)",
        "<iframe src='https://elsewhere.example/'></iframe>",
        "<style>p { display: none }</style>",
        "<form action='https://elsewhere.example/'><input name=x></form>",
        "<svg><script>alert(1)</script></svg>",
        "<a href='/faq/' onclick='alert(1)' style='color: red'>a</a>",
        "## Rules {#rules .loud onclick=alert(1) style=color:red}",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt&colon;alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](data:text/html,<b>)",
        "[a](vbscript:x)",
        "[a](http://plain.example/)",
        "<https://x.example/><base href='https://elsewhere.example/'>",
        '[a][1]\n\n[1]: /faq/ "x\\" onmouseover=\\"alert(1)"',
    ],
)
def test_nothing_that_acts_gets_on_a_page(markdown):
    page = parse_page(str(render_markdown(markdown)))
    for element in page.find_all():
        assert element.tag in {"p", "a", "h2"}
        assert element.attributes.keys() <= {"href", "title", "rel", "id"}
        assert element.attributes.get("href", "/").startswith(("/", "https:"))


@pytest.mark.parametrize(
    ("markdown", "href", "rel"),
    [
        ("[a](/faq/)", "/base/faq/", None),
        ("[a](/methodology/#sharing)", "/base/methodology/#sharing", None),
        ('[a](/faq/ "The FAQ")', "/base/faq/", None),
        ("<a title='The FAQ' href='/faq/'>a</a>", "/base/faq/", None),
        ("[a](#sharing)", "#sharing", None),
        ("[a](https://x.example/p?a=1&b=2)", "https://x.example/p?a=1&b=2", "nofollow noopener"),
        ("<https://x.example/>", "https://x.example/", "nofollow noopener"),
        ("<a title='X' href='https://x.example/'>a</a>", "https://x.example/", "nofollow noopener"),
        ("[a](mailto:help@x.example)", "mailto:help@x.example", None),
    ],
)
def test_links(markdown, href, rel):
    link = parse_page(str(render_markdown(markdown, "/base"))).get("a")
    assert link.attributes["href"] == href
    assert link.attributes.get("rel") == rel


def test_a_site_at_the_root_of_its_host_keeps_its_links():
    assert 'href="/faq/"' in render_markdown("[a](/faq/)")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Press **Go**.", "Press <strong>Go</strong>."),
        ("two\nlines", "two\nlines"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("- a", "<ul>\n<li>a</li>\n</ul>"),
        ("Intro:\n\n- a", "<p>Intro:</p>\n<ul>\n<li>a</li>\n</ul>"),
    ],
)
def test_a_single_paragraph_stands_without_its_tags(markdown, html):
    assert render_inline(markdown) == html


PIECES = st.sampled_from(
    [*"ab <>&\"'`*_#-|[]()!:/\\\n\t\u00a0ß", "&amp;", "&lt;b&gt;", "&copy;", "&#60;", "**", "\n\n"]
)


@given(st.lists(PIECES | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40).map("".join))
def test_machines_are_told_the_text_that_a_browser_shows(markdown):
    rendered = render_markdown(markdown)
    assert text_of(rendered) == parse_page(str(rendered)).text


#: What plain lines are made of, with all that could be taken for more.
_MARKS = (
    "** **Go** * _ . : - # 1. ( ) \" ' ! / → + = ^ $ % “ ” ... a Ä ß 9 word www.x.example http://x.example a@x.example"
)
WORDS = st.sampled_from([*_MARKS.split(), " ", "\u00a0", "\u2028", "\n"])


@given(st.lists(WORDS | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20).map("".join))
@example("Open **Settings → Security** and press **Go**.")
@example("**Go**")
@example("a**b**c")
@example("**a****b**")
@example("** a**")
def test_simple_lines_are_rendered_like_any_other(markdown):
    """They take a shorter way than Markdown's own parser, to the same end."""
    assert clean_markdown(markdown) == parse_markdown(markdown)


@pytest.mark.parametrize("text", ["</script><script>", "<!--", "a & b", "\u2028\u2029", '"quoted"', "]]>"])
def test_json_in_a_script_element_can_not_end_it(text):
    dumped = str(dump_json_ld({"text": text}))
    assert not set(dumped) & {"<", ">", "&", "\u2028", "\u2029"}
    assert parse_page(f"<script>{dumped}</script>").get("script").text == dumped


#: What Markdown and HTML are made of, and addresses that a browser may read in another way than they look.
_PIECES = st.sampled_from(
    [
        *("`", "``", "\\", "[", "](", ")", "(", "]: ", "<", ">", "!", '"', "'", "&", "&#47;", "&Tab;", "#", "*", "_"),
        *("\n", "\n\n", "    ", "\t", " ", "x", "[x]", "[1]: ", "[x](", "b>", "/b>", "a href=", "!--", "?php", "1. "),
        *("- ", "|", "https://a.example/", "https://u@a.example", "http://a.example", "javascript:x", "//a.example"),
        *("/\\a.example", "/faq/", "mailto:a@a.example", "https:a", "HTTPS://a.example", "ftp://a", "/", "https://"),
    ]
)
#: Where a link of a page may lead, as a browser reads it.
_GOOD = re.compile(r"https://(?:[^/?#@\\\s]+\.)+[^/?#@\\\s]+([/?#]|\Z)|mailto:|/(?![/\\])|#|\Z")


@pytest.mark.thorough
@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.lists(_PIECES, max_size=14).map("".join))
@example("\\`[x](http://a.example) `")
@example("`a\nb` <b>x</b> `c`")
@example("[x](/&#47;a.example)")
@example("[a\nb]: http://a.example\n\n[a\nb]")
def test_what_a_check_lets_through_is_what_a_page_shows(markdown):
    """The check reads Markdown without its parser: it must find all that the parser makes of a text."""
    if not is_markdown(markdown):
        return
    parser = build_parser()
    raw = parser.reset().convert(markdown)
    page = parse_page(raw)
    for element in page.find_all():
        assert element.tag not in {"h1", "h2", "h3", "h4", "h5", "h6", "img", "b", "x"}, raw
        href = element.attributes.get("href", "/")
        assert _GOOD.match(re.sub(r"[\t\n]", "", href)), raw
    assert "<!--" not in raw
    assert "<?" not in raw


@pytest.mark.parametrize("address", ["https://a.example/x_(y)", "https://a.example/((x))", "/faq/#a", "#a"])
def test_a_check_reads_an_address_as_far_as_a_page_does(address):
    (link,) = parse_page(parse_markdown(f"See [x]({address}).")).find_all("a")
    assert list(find_targets(f"See [x]({address}).")) == [address] == [link.attributes["href"]]
