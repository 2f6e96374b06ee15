"""From views and templates to pages: fragments, what is printed how, and where an error is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import Markup, escape
from msgspec import Struct

from generator.build.closures import Closures
from generator.build.compiling import compile_all, read_templates
from generator.build.render import Renderer
from generator.build.templates import Templates, show
from generator.cache import Cache
from generator.catalogue.decisions.text import EMPTY, OPEN, PLACE, Text, isolate, say
from generator.errors import InvalidError
from generator.model import Verdict
from generator.pages.page import Page, SiteView

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = SiteView(
    title="Tiny",
    base_url="https://tiny.example",
    base_path="/base",
    publisher="Tester",
    publisher_url=None,
    sample=False,
    credits={},
    assets={},
)
BETA = isolate("B & <b>")
PAGE = "page.html"


class Part(Struct, frozen=True, kw_only=True):
    """A value that many pages have alike."""

    label: str
    sentence: Text = EMPTY


class View(Struct, frozen=True, kw_only=True):
    """A page of a test."""

    part: Any = Part(label="a & b")
    name: Text = BETA
    title: str = "A title"


class Written(Struct, frozen=True):
    """Templates in a folder."""

    folder: Path

    def render(self, page: Page) -> bytes:
        return Renderer(SITE, compile_all(read_templates(self.folder), Cache()).code).render(page)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Written]:
    """Write templates by name, dots for what is no name in Python, and return what renders them."""

    def write(page: str, **partials: str | bytes) -> Written:
        for name, text in {"page": page, **partials}.items():
            (tmp_path / f"{name}.html").write_bytes(text if isinstance(text, bytes) else text.encode())
        return Written(tmp_path)

    return write


def render(renderer: Written, view: View | None = None) -> str:
    return renderer.render(Page(path="/p/", template=PAGE, build=lambda: view or View())).decode()


# --- Fragments --------------------------------------------------------------------------------------------------------


def test_a_fragment_sees_the_fields_of_its_value_and_the_site(write):
    renderer = write(
        "<p>{{ part|fragment('part.html') }}</p>", part="{{ label }} {{ sentence }} {{ site.base_path }}\n"
    )
    assert render(renderer, View(part=Part(label="a & b", sentence=BETA))) == (
        "<p>a &amp; b <bdi>B &amp; &lt;b&gt;</bdi> /base\n</p>"
    )


def test_a_fragment_of_several_values_sees_them_as_items(write):
    renderer = write(
        "{{ part|fragment('part.html') }}", part="{% for part in items %}{{ part.label }},{% else %}none{% endfor %}"
    )
    assert render(renderer, View(part=(Part(label="1"), Part(label="2")))) == "1,2,"
    assert render(renderer, View(part=())) == "none"


@pytest.mark.parametrize("name", ["title", "name", "part"])
def test_a_fragment_sees_nothing_of_the_page_around_it(write, name):
    renderer = write("{{ part|fragment('part.html') }}", part=f"{{{{ {name} }}}}")
    with pytest.raises(InvalidError, match=rf"templates/part.html:1:1.*'{name}' is undefined"):
        render(renderer)


def test_a_fragment_is_about_the_name_of_each_page(write):
    renderer = write("{{ part|fragment('part.html', about=name) }}", part="{{ name }}: {{ sentence }}")
    part = Part(label="", sentence=say("{name} is {name}.", name=OPEN))
    assert render(renderer, View(part=part, name=isolate("A"))) == "<bdi>A</bdi>: <bdi>A</bdi> is <bdi>A</bdi>."
    assert render(renderer, View(part=part, name=BETA)) == f"{BETA.html}: {BETA.html} is {BETA.html}."


def test_equal_values_and_changed_ones_have_their_own_fragments(write):
    """Fragments are remembered by identity; nothing that is gone may lend its HTML to what comes after."""
    renderer = write("{{ part|fragment('part.html') }}{{ part|fragment('other.html') }}", part="{{ label }}", other="!")
    assert [render(renderer, View(part=Part(label=str(number)))) for number in range(500)] == [
        f"{number}!" for number in range(500)
    ]


def test_text_that_holds_the_open_place_can_not_break_a_page(write):
    renderer = write("{{ part|fragment('part.html') }}{{ part|fragment('part.html', about=name) }}", part="{{ label }}")
    assert render(renderer, View(part=Part(label=f"<{PLACE}>"))) == f"&lt;{PLACE}&gt;&lt;{BETA.html}&gt;"


@pytest.mark.parametrize(
    ("page", "part", "place"),
    [
        ("{{ part|fragment('part.html') }}", "\n\n{{ nonsense }}", "part.html:3:1"),
        ("{{ part|fragment('part.html') }}", "\n{{ label.nonsense }}", "part.html:2:1"),
        ("{{ part|fragment('part.html') }}", "\n{{ label + 1 }}", "part.html:2:1"),
        ("{{ part|fragment('part.html') }}", "\n{% if %}", "part.html:2:1"),
        ("{{ part|fragment('part.html') }}", b"\xe9", "not UTF-8"),
        ("{{ part|fragment('part.html') }}", "{{ label|fragment('part.html') }}", "part.html:1:1"),
        ("\n{{ part|fragment('gone.html') }}", "", "page.html:2:1.*there is no template gone.html"),
        ("\n{{ nothing|fragment('part.html') }}", "", "page.html:2:1.*'nothing' is undefined"),
        ("\n{{ title|fragment('part.html') }}", "", "page.html:2:1"),
        ("\n{{ part|fragment }}", "", "page.html:2:1"),
    ],
)
def test_an_error_in_a_fragment_names_the_page_and_the_line(write, page, part, place):
    renderer = write(page, part=part)
    with pytest.raises(InvalidError, match=f"the pages?( /p/)? can't be rendered: .*{place}"):
        render(renderer)


# --- What is printed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["a & b <c>", "", Markup("<b>&amp;</b>"), BETA, 7, None, True, ("<a>",), Verdict.YES, Markup("")]
)
def test_values_are_printed_as_markupsafe_escapes_them(write, value):
    assert str(show(value)) == str(escape(value))
    assert render(write("{{ part }}"), View(part=value)) == str(escape(value))


def test_pages_beyond_ascii_are_utf_8(write):
    assert render(write("–{{ title }}–"), View(title="Søn 日本 😀")) == "–Søn 日本 😀–"


def test_what_every_template_has_is_there(write):
    assert render(write("{{ site.title }}{% set n = namespace(a=1) %}{{ n.a }}{{ range(2)|length }}")) == "Tiny12"


# --- Closures ---------------------------------------------------------------------------------------------------------


def find_closures(folder: Path) -> Closures:
    return Closures(Templates(read_templates(folder)))


def test_a_closure_holds_whatever_a_template_is_made_of(write, tmp_path):
    write(
        "{% extends 'base.html' %}{% block b %}{% include 'a.html' %}{{ part|fragment('b.html', about=name) }}"
        "{% import 'c.html' as c %}{% from 'd.html' import d %}{{ items|map('upper')|join }}"
        "{{ items|map(attribute='x')|join }}{% endblock %}",
        base="{% block b %}{% endblock %}",
        a="{% if title %}{% filter fragment('e.html') %}{% endfilter %}{% endif %}",
        **dict.fromkeys("bcd", ""),
        e="{% include 'page.html' %}",
        other="",
    )
    closures = find_closures(tmp_path)
    assert closures.find_closure(PAGE) == {PAGE, "base.html", *(f"{name}.html" for name in "abcde")}
    assert closures.find_closure("a.html") == {"a.html", "e.html"} | closures.find_closure(PAGE)
    assert closures.find_closure("other.html") == {"other.html"}


@pytest.mark.parametrize(
    "page",
    [
        "{% include title %}",
        "{% include ['a.html', 'page.html'] %}",
        "{% include 'a' ~ '.html' %}",
        "{% extends title %}",
        "{% import title as x %}",
        "{% from title import x %}",
        "{{ part|fragment(title) }}",
        "{{ part|fragment }}",
        "{{ part|fragment(template='a.html') }}",
        "{{ items|map('fragment', 'a.html')|join }}",
        "{{ items|map(title, 'a.html')|join }}",
    ],
)
def test_a_name_that_is_worked_out_is_refused(write, tmp_path, page):
    write("\n" + page, a="")
    with pytest.raises(InvalidError) as caught:
        find_closures(tmp_path).find_closure(PAGE)
    (problem,) = caught.value.problems
    assert problem.place == "templates/page.html:2:1"
    assert problem.fix.startswith("write the name of the template in quotes")


@pytest.mark.parametrize(
    ("page", "a", "place"),
    [
        ("{% include 'a.html' %}", "\n{% include 'gone.html' %}", "a.html:2:1: .*there is no template gone.html"),
        ("{{ x|fragment('a.html') }}", "{{ x|fragment('../a.html') }}", "a.html:1:1: .*there is no template"),
        ("{% include 'a.html' %}", "\n{% if %}", "a.html:2:1"),
        ("{% include 'a.html' %}", b"\xe9", "a.html: .*not UTF-8"),
        (b"\xe9", "", "not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_part_is_said_where_it_is(write, tmp_path, page, a, place):
    write(page, a=a)
    with pytest.raises(InvalidError, match=f"templates/{place}" if "html" in place else place):
        find_closures(tmp_path).find_closure(PAGE)


def test_a_page_without_its_template_is_an_error(tmp_path):
    with pytest.raises(InvalidError, match=r"templates/page\.html: .*there is no template page\.html"):
        find_closures(tmp_path).find_closure(PAGE)
