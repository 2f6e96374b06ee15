"""A build finishes first what a killed fetch left half in place."""

from __future__ import annotations

from generator.upstream.transaction import PENDING
from tests.helpers import make_entry, make_rows


def test_a_build_reads_what_a_killed_fetch_had_completed(tiny):
    tiny.write_snapshot([make_entry("after.example", "totp", name="After")])
    tiny.write_ledger(make_rows(["after.example"]))
    new = tiny.data / PENDING / "new"
    new.mkdir(parents=True)
    for name in ("2fa-directory.json", "2fa-directory.meta.json", "ledger.json"):
        (tiny.data / name).rename(new / name)
    tiny.write_snapshot([make_entry("before.example", "sms", name="Before")])
    tiny.write_ledger(make_rows(["before.example"]))
    (tiny.data / PENDING / "complete").touch()

    assert tiny.build().code == 0
    assert "After supports 2FA" in tiny.read("site/2fa-directory/after/index.html").replace("<bdi>", "").replace(
        "</bdi>", ""
    )
    assert not (tiny.site / "2fa-directory/before").exists()
    assert not (tiny.data / PENDING).exists()


def test_a_build_ignores_what_a_killed_fetch_had_only_begun(tiny):
    tiny.write_snapshot([make_entry("before.example", "sms", name="Before")])
    tiny.write_ledger(make_rows(["before.example"]))
    new = tiny.data / PENDING / "new"
    new.mkdir(parents=True)
    (new / "2fa-directory.json").write_text("[")

    assert tiny.build().code == 0
    assert (tiny.site / "2fa-directory/before").exists()
    assert not (tiny.data / PENDING).exists()
