"""Templates as compiled by Jinja, kept between builds: to compile them takes longer than to render a page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from types import CodeType

    from jinja2.bccache import Bucket

    from generator.build.closures import Source

#: Jinja's key of a template → its code, with the hash of its source.
Code = dict[str, bytes]


class CompiledTemplates(jinja2.BytecodeCache):
    """A cache that Jinja fills and asks; it knows by the hash of its source that a template has changed."""

    def __init__(self, code: Code | None = None) -> None:
        self.code = code or {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with the code of its template, if it is there."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def keep(self, environment: jinja2.Environment, name: str, source: Source, code: CodeType) -> None:
        """Keep the code of a template that was compiled elsewhere."""
        bucket = self.get_bucket(environment, name, source.filename, source.text)
        bucket.code = code
        self.set_bucket(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self.code[bucket.key] = bucket.bytecode_to_string()
