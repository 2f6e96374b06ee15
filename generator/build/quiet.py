"""A build after a night on which nothing changed but the time of the last fetch: one file is replaced, nothing planned.

Light on purpose: such nights are nearly all, and cost little more than a build with nothing to do. The file is replaced
in the tree that readers see, at once; a build that is cut short in between finds it changed, and builds.
"""

from __future__ import annotations

import os

from generator.build.glance import Glance
from generator.build.output import is_intact, look_at_folders
from generator.build.report import BuildReport
from generator.build.trees import beside, stamp_of
from generator.formats.status import parse_times, renew_status

#: The file of ``data/`` that a fetch always rewrites, and the one that is made from it alone.
STATUS, PUBLISHED = "data/status.json", "api/v1/status.json"


def renew(seen: Glance, *, today: str, base_url: str | None) -> BuildReport | None:
    """Renew the published status where nothing else has changed, and return the report; None where more is to do.

    ``today`` is an ISO date. Raises ``OSError``.
    """
    manifest = seen.manifest
    if manifest is None or seen.changed != {STATUS} or PUBLISHED not in manifest.files:
        return None
    if manifest.base_url != (base_url or "") or not manifest.holds(today) or not is_intact(seen.out, manifest):
        return None
    new = _read_new(seen)
    if new is None:
        return None
    path = os.path.join(seen.out, PUBLISHED)
    stamp = _replace(seen.out, path, new)
    folder = os.path.dirname(PUBLISHED)
    report = BuildReport(**manifest.report)
    report = report._replace(bytes=report.bytes - manifest.files[PUBLISHED][0] + stamp[0])
    seen.manifests.save(
        manifest._replace(
            inputs=seen.marks,
            files={**manifest.files, PUBLISHED: stamp},
            keys={**manifest.keys, PUBLISHED: _hash(new)},
            folders={**manifest.folders, **look_at_folders(seen.out, [folder])},
            report=report._asdict(),
        )
    )
    return report


def _read_new(seen: Glance) -> bytes | None:
    """Return the file as it is to be, or None where the data is not what a fetch writes."""
    try:
        with open(os.path.join(seen.root, STATUS), "rb") as file:
            times = parse_times(file.read())
        with open(os.path.join(seen.out, PUBLISHED), "rb") as file:
            return renew_status(file.read(), times)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _replace(out: str, path: str, data: bytes) -> tuple[int, int, int]:
    """Put the file in place as a whole; what is half-written lies beside the site, never in it."""
    temporary = beside(out, "status")
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return stamp_of(os.stat(path))


def _hash(data: bytes) -> str:
    from generator.pages.digest import hash_bytes

    return hash_bytes(data)
