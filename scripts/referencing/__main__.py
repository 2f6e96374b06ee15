"""``python -m scripts.referencing``: write every file that is made from the schemas."""

from __future__ import annotations

from pathlib import Path

from scripts.referencing.files import build_files

_TOP = Path(__file__).resolve().parents[2]


def main() -> int:
    """Write what differs, and name it."""
    changed = []
    for name, text in build_files().items():
        path = _TOP / name
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
            changed.append(name)
    print("\n".join(f"written: {name}" for name in changed) or "Everything is as the schemas say.")
    return 0


raise SystemExit(main())
