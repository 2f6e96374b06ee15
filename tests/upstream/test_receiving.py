"""read_body gives the whole body or says why not, however the pieces fall."""

import gzip
import zlib

import pytest

from generator.upstream.failures import UnfitAnswerError
from generator.upstream.receiving import read_body

BODY = b'["' + bytes(range(97, 123)) * 9000 + b'"]'
RAW = zlib.compressobj(wbits=-15)
PACKED = {
    "": BODY,
    "identity": BODY,
    "gzip": gzip.compress(BODY),
    " X-GZIP ": gzip.compress(BODY[:7]) + gzip.compress(b"") + gzip.compress(BODY[7:]),
    "deflate": zlib.compress(BODY),
    "Deflate": RAW.compress(BODY) + RAW.flush(),
}


def cut(body, size):
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000, 10_000_000])
@pytest.mark.parametrize("coding", PACKED)
def test_whole_bodies_in_any_pieces(coding, size):
    if size < 7 and len(PACKED[coding]) > 10_000:
        size *= 100
    pieces = cut(PACKED[coding], size)
    headers = {"Content-Encoding": coding, "Content-Length": str(len(PACKED[coding]))}
    assert read_body(headers, pieces, limit=len(BODY)) == BODY
    with pytest.raises(UnfitAnswerError, match=r"more than|at most"):
        read_body(headers, pieces, limit=len(BODY) - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate"])
def test_packed_bodies_that_are_cut_off_anywhere(coding):
    packed = PACKED[coding]
    for end in (*range(1, 60), *range(len(packed) - 60, len(packed))):
        with pytest.raises(UnfitAnswerError, match="can't be unpacked"):
            read_body({"Content-Encoding": coding}, cut(packed[:end], 50), limit=10_000_000)


@pytest.mark.parametrize("coding", ["deflate", "Deflate"])
@pytest.mark.parametrize("size", [1, 10_000_000])
def test_something_after_the_end(coding, size):
    with pytest.raises(UnfitAnswerError, match="can't be unpacked"):
        read_body({"Content-Encoding": coding}, cut(PACKED[coding] + b"x", size), limit=10_000_000)


def test_what_unpacks_to_nothing_is_not_read_for_ever():
    def pieces():
        packer = zlib.compressobj(wbits=31)
        while True:
            yield packer.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"

    with pytest.raises(UnfitAnswerError, match="more than 1,000 bytes"):
        read_body({"Content-Encoding": "gzip"}, pieces(), limit=1000)


def test_a_piece_that_unpacks_to_much_is_left_where_the_limit_is():
    bomb = zlib.compress(bytes(200_000_000))
    with pytest.raises(UnfitAnswerError, match="more than 1,000,000 bytes"):
        read_body({"Content-Encoding": "deflate"}, [bomb], limit=1_000_000)


@pytest.mark.parametrize("length", ["1", "999"])
def test_another_length_than_announced(length):
    with pytest.raises(UnfitAnswerError, match=f"announced {length} bytes and sent 2"):
        read_body({"Content-Length": length}, [b"[", b"]"], limit=1000)
