"""The least that any generator must do: one plain Python process that puts a finished site's files on disk.

``floor.py PACKED OUT`` reads the packed site into memory, then makes the folders and writes the files, and prints the
seconds that this writing took. It is started with ``python -I -S`` and imports no more than it needs, so that the
whole process is as short as one can be.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

#: A site in one file: its folders, parents first, and its files with their bytes, all relative to it.
Packed = tuple[list[str], list[tuple[str, bytes]]]


def write_site(packed: Packed, out: str) -> None:
    """Write every folder and file into a new folder, by Python's plain means; each folder is made once."""
    folders, files = packed
    os.mkdir(out)  # noqa: PTH102 (pathlib alone takes longer to import than the rest)
    for folder in folders:
        os.mkdir(f"{out}/{folder}")  # noqa: PTH102
    for name, data in files:
        with open(f"{out}/{name}", "wb") as file:  # noqa: PTH123
            file.write(data)


def main() -> None:
    """Read, write, and print the seconds of the writing."""
    with open(sys.argv[1], "rb") as file:  # noqa: PTH123
        packed: Packed = marshal.loads(file.read())  # noqa: S302 (the bench has just packed it)
    started = time.perf_counter()
    write_site(packed, sys.argv[2])
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
