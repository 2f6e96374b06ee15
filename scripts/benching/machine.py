"""The machine that figures come from, in the words a reader needs to compare them."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def describe_machine(folder: Path) -> dict[str, str | int]:
    """Return what a build's speed depends on, with the file system of a folder; what is not known is ``unknown``."""
    return {
        "cpu": _find_cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "file_system": _find_file_system(folder.resolve()),
    }


def _find_cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine() or "unknown"


def _find_file_system(folder: Path) -> str:
    """Return the type of what is mounted nearest above the folder."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    mounted = [line.split()[1:3] for line in mounts.read_text("utf-8").splitlines()]
    above = [(len(place), kind) for place, kind in mounted if folder.is_relative_to(place)]
    return max(above)[1] if above else "unknown"
