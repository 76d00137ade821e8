"""The few errors an analyst can meet: what was found, what was expected, what to do next."""

import traceback
from collections.abc import Iterator

_OURS = "pipeline/"


class PpgdError(Exception):
    """A problem told in French, with its remedy; `ppgd` prints it without a traceback.

    >>> print(PpgdError("Clé absente.", remede="Lancez « ppgd cle »."))
    Clé absente. Lancez « ppgd cle ».
    """

    def __init__(self, constat: str, *, remede: str = "") -> None:
        self.constat = constat
        self.remede = remede
        super().__init__(f"{constat} {remede}".strip())


def where_from(error: BaseException) -> str:
    """Name the kind of an unforeseen error and the last line of ours it went through, never its text.

    The text of a library's error may quote a value.
    """
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS in frame.filename]
    if not ours:
        return type(error).__name__
    module = ours[-1].filename.rpartition(_OURS)[2]
    return f"{type(error).__name__}, {_OURS}{module} ligne {ours[-1].lineno}"


def trace_without_values(error: BaseException) -> Iterator[str]:
    """Yield the lines of a trace, causes included: kinds of errors, files and functions, never a text."""
    cause: BaseException | None = error
    while cause is not None:
        yield f"{type(cause).__module__}.{type(cause).__qualname__}"
        for frame in traceback.extract_tb(cause.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


class MisuseError(PpgdError):
    """The command was asked something it cannot do (exit code 2)."""


class DeliveryRefusedError(PpgdError):
    """A delivered file cannot enter: recorded with its reason, the build goes on."""

    def __init__(self, code: str, constat: str, *, remede: str = "") -> None:
        self.code = code
        super().__init__(constat, remede=remede)


class BuildFailedError(PpgdError):
    """The build stopped; what was published before is untouched (exit code 3)."""
