"""What can be done to a remote: its index read and replaced, files sent, deleted and listed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.publishing.index import NAME, Index, dump_index, parse_index
from generator.publishing.planning import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.publishing.rclone import Rclone

#: Files are named, so nothing is looked up or listed at the remote, and none is left out for being like the one there.
_NAMED = ("--no-traverse", "--no-check-dest")


class Remote(Struct, frozen=True, kw_only=True):
    """A place that rclone reaches; ``folder`` is one on this machine for what goes there and comes back.

    Each method raises :class:`PublishError` and ``OSError``.
    """

    rclone: Rclone
    folder: str

    def read_index(self) -> Index | None:
        """Return what the remote says that it holds; None where it says nothing, or nothing that can be read."""
        place = os.path.join(self.folder, "read")
        os.makedirs(place)
        self.rclone.run("copy", *_NAMED, *self._name([NAME]), self.rclone.remote, place)
        try:
            with open(os.path.join(place, NAME), "rb") as file:
                return parse_index(file.read())
        except FileNotFoundError:
            return None

    def write_index(self, index: Index) -> None:
        """Replace what the remote says that it holds."""
        place = os.path.join(self.folder, "written")
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, NAME), "wb") as file:
            file.write(dump_index(index))
        self.send(Batch(names=(NAME,), cache="no-store", type="application/json"), place)

    def send(self, batch: Batch, place: str) -> None:
        """Send files that lie below a folder, with their headers where the remote knows such."""
        headers = ("--header-upload", f"Cache-Control: {batch.cache}", "--header-upload", f"Content-Type: {batch.type}")
        self.rclone.run("copy", *_NAMED, *headers, *self._name(batch.names), place, self.rclone.remote)

    def delete(self, names: Iterable[str]) -> None:
        """Delete files; those that are not there are no error."""
        self.rclone.run("delete", "--no-traverse", *self._name(names), self.rclone.remote)

    def list_names(self) -> list[str]:
        """Return the names of all files that lie there, the index and any repository of git left out."""
        listed = json.loads(
            self.rclone.run("lsjson", "-R", "--files-only", "--no-mimetype", "--no-modtime", self.rclone.remote)
        )
        names = [entry["Path"] for entry in listed]
        return [name for name in names if name != NAME and name.isprintable() and ".git" not in name.split("/")]

    def _name(self, names: Iterable[str]) -> tuple[str, str]:
        path = os.path.join(self.folder, "names")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{name}\n" for name in names)
        return "--files-from-raw", path
