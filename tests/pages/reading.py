"""Read a rendered page as a reader does: the text of its parts, without the markup."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """An element with its children in order: elements and pieces of text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text content, as a browser has it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The text content with white space folded."""
        return re.sub(r"\s+", " ", self.text).strip()

    def find_all(self, tag: str = "", *, id: str = "", cls: str = "") -> list[Element]:  # noqa: A002 (the attribute's name)
        """Return every element below that fits, in document order."""
        found = []
        for child in self.children:
            if isinstance(child, str):
                continue
            fits = (not tag or child.tag == tag) and (not id or child.attributes.get("id") == id)
            if fits and (not cls or cls in child.attributes.get("class", "").split()):
                found.append(child)
            found += child.find_all(tag, id=id, cls=cls)
        return found

    def find(self, tag: str = "", *, id: str = "", cls: str = "") -> Element | None:  # noqa: A002
        """Return the first element that fits."""
        return next(iter(self.find_all(tag, id=id, cls=cls)), None)

    def get(self, tag: str = "", *, id: str = "", cls: str = "") -> Element:  # noqa: A002
        """Return the first element that fits; it must be there."""
        found = self.find(tag, id=id, cls=cls)
        assert found is not None, f"no {tag} {id} {cls}"
        return found

    def without(self, *ids: str) -> Element:
        """Return a copy without the elements that have these ids."""
        kept: list[Element | str] = []
        for child in self.children:
            if isinstance(child, str):
                kept.append(child)
            elif child.attributes.get("id") not in ids:
                kept.append(child.without(*ids))
        return Element(self.tag, self.attributes, kept)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self._stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self._stack[-1].children.append(element)
        if tag not in VOID:
            self._stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._stack[-1].tag == tag, f"</{tag}> closes <{self._stack[-1].tag}>"
        self._stack.pop()

    def handle_data(self, data: str) -> None:
        self._stack[-1].children.append(data)


def parse_page(data: bytes | str) -> Element:
    """Return the page as a tree; an element that is not closed in its place is an error."""
    builder = _Builder()
    builder.feed(data.decode() if isinstance(data, bytes) else data)
    builder.close()
    assert len(builder._stack) == 1, f"<{builder._stack[-1].tag}> is never closed"
    return builder.root


def read_faq(page: Element) -> list[tuple[str, str]]:
    """Return questions and answers as a reader sees them, character for character."""
    pairs = page.get("dl", cls="faq")
    questions = [element.text for element in pairs.find_all("dt")]
    answers = [element.text for element in pairs.find_all("dd") if "aside" not in element.attributes.get("class", "")]
    return list(zip(questions, answers, strict=True))


def read_json_ld(page: Element) -> list[tuple[str, str]]:
    """Return questions and answers as a machine reads them."""
    scripts = [script for script in page.find_all("script") if script.attributes.get("type") == "application/ld+json"]
    assert len(scripts) == 1
    graph = json.loads(scripts[0].text)
    assert graph["@type"] == "FAQPage"
    return [(entry["name"], entry["acceptedAnswer"]["text"]) for entry in graph["mainEntity"]]
