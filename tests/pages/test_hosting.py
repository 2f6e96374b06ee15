"""How files are hosted: what `_headers` tells a host of whole folders, and what an upload carries, are the same."""

from __future__ import annotations

import re

import pytest

from generator.pages.hosting import FOR_EVER, FRESH, KINDS, SECURITY, Stage, find_kind, find_type
from tests.helpers import read_tree
from tests.hosting import find_headers, parse_headers

#: Files that no page of the tiny project makes, and one without an end to its name.
OTHERS = (
    *("changes.atom", "2fa-directory/category/cloud/changes.atom", "changes/index.html", "stats/index.html"),
    *("api/v1/index.json", "api/v1/services/alpha.json", "api/v1/status.json", "api/v1/services.csv"),
    *("api/v1/directory.sqlite", "opensearch.xml", ".well-known/security.txt", "sitemap-1.xml", "plain"),
)


@pytest.mark.parametrize("base_path", ["", "/dir"])
def test_hosts_and_uploads_say_the_same(tiny, base_path):
    assert tiny.build("--base-url", f"https://h.example{base_path}").code == 0
    names = [*read_tree(tiny.site), *OTHERS]
    rules = parse_headers(tiny.read("site/_headers"))
    caches = set()
    for name in names:
        path = "/" + name.removesuffix("index.html")
        headers = find_headers(rules, base_path + path)
        # What these hosts say where they are told nothing.
        assert headers.get("Cache-Control", FRESH) == find_kind(name).cache, name
        assert headers.get("Content-Type", find_type(name)) == find_type(name), name
        assert headers.items() >= dict(SECURITY).items(), name
        assert ("Access-Control-Allow-Origin" in headers) == name.endswith(".atom") or "api" in name or "schema" in name
        caches.add(find_kind(name).cache)
    assert caches == {kind.cache for kind in KINDS}
    # The limits of Cloudflare.
    assert len(rules) < 100
    assert max(map(len, tiny.read("site/_headers").splitlines())) < 2000


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("assets/style.1a2b3c4d.css", Stage.ASSETS),
        ("2fa-directory/alpha/index.html", Stage.PAGES),
        ("share-2fa-for/alpha/index.html", Stage.PAGES),
        ("faq/index.html", Stage.PAGES),
        ("404.html", Stage.PAGES),
        ("index.html", Stage.LISTS),
        ("2fa-directory/index.html", Stage.LISTS),
        ("2fa-directory/no-2fa/index.html", Stage.LISTS),
        ("2fa-directory/category/cloud/index.html", Stage.LISTS),
        ("2fa-directory/region/de/index.html", Stage.LISTS),
        ("changes/index.html", Stage.LISTS),
        ("changes.atom", Stage.INDEXES),
        ("2fa-directory/category/cloud/changes.atom", Stage.INDEXES),
        ("sitemap.xml", Stage.INDEXES),
        ("search.json", Stage.INDEXES),
        ("_redirects", Stage.INDEXES),
        ("api/v1/services/alpha.json", Stage.DATA),
        ("api/v1/status.json", Stage.STATUS),
    ],
)
def test_what_leads_to_others_is_sent_after_them(name, stage):
    assert find_kind(name).stage is stage


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2fa-directory/alpha/index.html", "text/html; charset=utf-8"),
        ("changes.atom", "application/atom+xml"),
        ("assets/site.1a2b3c4d.webmanifest", "application/manifest+json"),
        ("assets/icon.1a2b3c4d.svg", "image/svg+xml"),
        ("assets/search.1a2b3c4d.js", "text/javascript; charset=utf-8"),
        ("sitemap.xml", "application/xml"),
        ("opensearch.xml", "application/opensearchdescription+xml"),
        ("_redirects", "text/plain; charset=utf-8"),
        ("v1.2/plain", "application/octet-stream"),
    ],
)
def test_types(name, kind):
    assert find_type(name) == kind


def test_only_what_has_its_hash_in_its_name_is_kept_for_ever(tiny):
    assert tiny.build().code == 0
    kept = [name for name in read_tree(tiny.site) if find_kind(name).cache == FOR_EVER]
    assert kept
    assert all(re.fullmatch(r"assets/\w+\.[0-9a-f]{8}\.\w+", name) for name in kept)
