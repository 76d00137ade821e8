"""The few errors an analyst can meet: what was found, what was expected, what to do next."""


class PpgdError(Exception):
    """A problem told in French, with its remedy; `ppgd` prints it without a traceback.

    >>> print(PpgdError("Clé absente.", remede="Lancez « ppgd cle »."))
    Clé absente. Lancez « ppgd cle ».
    """

    def __init__(self, constat: str, *, remede: str = "") -> None:
        self.constat = constat
        self.remede = remede
        super().__init__(f"{constat} {remede}".strip())


class MisuseError(PpgdError):
    """The command was asked something it cannot do (exit code 2)."""


class DeliveryRefusedError(PpgdError):
    """A delivered file cannot enter: recorded with its reason, the build goes on."""

    def __init__(self, code: str, constat: str, *, remede: str = "") -> None:
        self.code = code
        super().__init__(constat, remede=remede)


class BuildFailedError(PpgdError):
    """The build stopped; what was published before is untouched (exit code 3)."""
