"""What the disk refuses, whoever asked it: told in French, with its remedy."""

import errno
import sqlite3
from collections.abc import Iterator

from pipeline.errors import BuildFailedError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_SQLITE_FULL = ("SQLITE_FULL", "SQLITE_IOERR")
_SQLITE_CLOSED = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


def disk_error(error: BaseException) -> BuildFailedError | None:
    """Return what the disk refused behind an error, or None when it refused nothing.

    >>> print(disk_error(OSError(errno.ENOSPC, "No space left on device", "/donnees/marts")))
    Le disque est plein (/donnees/marts). Rien n'est perdu. Libérez de la place, puis relancez.
    """
    for cause in _causes(error):
        where = f" ({cause.filename})" if isinstance(cause, OSError) and cause.filename else ""
        if _is(cause, _FULL, _SQLITE_FULL):
            return BuildFailedError(
                f"Le disque est plein{where}.", remede="Rien n'est perdu. Libérez de la place, puis relancez."
            )
        if _is(cause, _CLOSED, _SQLITE_CLOSED):
            return BuildFailedError(
                f"Le disque refuse l'accès{where}.",
                remede="Rien n'est perdu. Corrigez les droits de lecture ou d'écriture, puis relancez.",
            )
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give the error, what it wraps (`orig`, as SQLAlchemy does), then what caused it; each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(wrapped := getattr(error, "orig", None), BaseException):
            yield wrapped
        error = error.__cause__ or error.__context__


def _is(cause: BaseException, numbers: set[int], names: tuple[str, ...]) -> bool:
    if isinstance(cause, OSError):
        return cause.errno in numbers
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorname", None) or "").startswith(names)
    return False
