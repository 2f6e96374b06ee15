"""parse_json takes what has one reading, and says plainly why it takes nothing else."""

import pytest

from generator.errors import RefusedError
from generator.upstream.body import MAX_DEPTH, parse_json, quote


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[]", []),
        (b' \r\n\t{"a": [1, 2.5, null, true]} ', {"a": [1, 2.5, None, True]}),
        (b"\xef\xbb\xbf[1]", [1]),
        ('["Пачка & Söhne"]'.encode(), ["Пачка & Söhne"]),
        (rb'["\ud83d\ude00"]', ["😀"]),
        (rb'["\\ud800"]', ["\\ud800"]),
        (b"[1e308, 123456789012345678901234567890]", [1e308, 123456789012345678901234567890]),
        (b"1", 1),
        (b"null", None),
    ],
)
def test_taken(body, value):
    assert parse_json(body) == value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"<!doctype html><title>Maintenance</title>", "HTML, not JSON"),
        (b"\n <html>", "HTML, not JSON"),
        (b"[1,", "not valid JSON"),
        (b"[1] [2]", "not valid JSON"),
        (b"\xff\xfe[\x00]\x00", "not UTF-8"),
        (b'["\xe9"]', "not UTF-8"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[1e999]", "too large"),
        (b"[-1e999]", "too large"),
        (b"[" + b"9" * 5000 + b"]", "a number that is too large (9999"),
        (b"[1" + b"0" * 400 + b"]", "a number that is too large (1000"),
        (b"[01]", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b"[1,]", "not valid JSON"),
        (b'["a\tb"]', "not valid JSON"),
        (b'["\x00"]', "not valid JSON"),
        (b"\xef\xbb\xbf\xef\xbb\xbf[]", "not valid JSON"),
        ("[]".encode("utf-16"), "not UTF-8"),
        (b'["\xed\xa0\x80"]', "not UTF-8"),
        (b'["\xc0\xaf"]', "not UTF-8"),
        (rb'{"a": {"\ud800": 1}}', "lone surrogate"),
        (rb'["\udc00\ud800"]', "lone surrogate"),
        (b'[{"a": {"b": 1, "b": 1}}]', "the key b stands twice"),
        (b'{"a": 1, "\\u0061": 1}', "the key a stands twice"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[" + b"0," * 50_000 + b"0]", "50,001 values in one place; at most 50,000"),
        (b"{" + b",".join(b'"%x":0' % i for i in range(50_001)) + b"}", "50,001 values in one place"),
        (b'["' + b"a" * 10_000_000 + b"\\ud83d\\ude00" + b'"]', "more than 66 MB of memory"),
        (b"[" + b"{}," * 300_000 + b"{}]", "more than 66 MB of memory"),
        (b'{"a": 1, "b": 2, "a": 3}', "the key a stands twice"),
        (rb'["\ud800"]', "lone surrogate"),
        (rb'{"\udfff": 1}', "lone surrogate"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 100 + b"]" * 100, "nested too deeply"),
        (b'{"error": "rate limit\\n exceeded"}', "with an error: rate limit exceeded"),
    ],
)
def test_refused(body, reason):
    with pytest.raises(RefusedError) as caught:
        parse_json(body)
    assert reason in caught.value.message


def test_depth_up_to_the_limit():
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def test_error_of_the_source_is_cut():
    with pytest.raises(RefusedError) as caught:
        parse_json(b'{"error": "' + b"x" * 5000 + b'"}')
    assert len(caught.value.message) < 260


def test_quote_is_one_safe_line():
    assert quote("a\x1b[31m\nb") == "a [31m b"
    assert quote({"a": None}) == '{"a": null}'
    assert len(quote("x" * 500)) == 200


def test_quote_looks_only_at_the_beginning():
    assert quote(["x" * 10_000_000, "y"]) == f'["{"x" * 197}…'
    assert quote([0] * 1_000_000).endswith("…")


def test_the_largest_text_that_is_taken():
    text = "a" * (16 * 1024 * 1024 - 4)
    assert parse_json(f'["{text}"]'.encode()) == [text]
