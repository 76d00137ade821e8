"""A delivery that comes again: the same rows, or others."""

from pathlib import Path

SAME_ROWS, OTHER_ROWS = "mêmes lignes", "soixante lignes de plus ou de moins"
_ROWS = 60


def change_delivery(path: Path, kind: str) -> None:
    """Add an empty line at the end; or take the last sixty rows away, and put them back the next time.

    The rows taken away are kept in a file beside `raw`.
    """
    if kind == SAME_ROWS:
        with path.open("ab") as file:
            file.write(b"\n")
        return
    aside = path.with_name(f".{path.name}.lignes")
    if aside.exists():
        with path.open("ab") as file:
            file.write(aside.read_bytes())
        aside.unlink()
        return
    lines = path.read_bytes().rstrip(b"\n").splitlines(keepends=True)
    lines[-1] += b"\n"
    aside.write_bytes(b"".join(lines[-_ROWS:]))
    path.write_bytes(b"".join(lines[:-_ROWS]))
