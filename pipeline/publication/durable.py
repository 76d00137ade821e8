"""Files that are whole or absent, on the disk and not only in its cache, for their owner only."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON object, or None when the file is not there or is not one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object: readers find the former file or the new one, never a part."""
    temporary = aside(path)
    temporary.unlink(missing_ok=True)
    with os.fdopen(_open_private(temporary), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync(path.parent)


def copy_private(source: Path, target: Path) -> None:
    """Copy a file to a new one, mode 600 from its first byte; raises FileExistsError."""
    with source.open("rb") as reader, os.fdopen(_open_private(target), "wb") as writer:
        shutil.copyfileobj(reader, writer, _CHUNK)
        writer.flush()
        os.fsync(writer.fileno())


def make_durable(folder: Path) -> None:
    """Give a folder and all it holds to their owner only, and to the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o700 if path.is_dir() else 0o600)
        sync(path)
    folder.chmod(0o700)
    sync(folder)


def aside(path: Path) -> Path:
    """Return the hidden name a file bears until it is whole.

    >>> str(aside(Path("marts/derniere")))
    'marts/.derniere.tmp'
    """
    return path.with_name(f".{path.name}.tmp")


def sync(path: Path) -> None:
    """Send a file, or the names of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
