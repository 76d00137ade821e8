"""What a control found: counts and line numbers, never a value. Light: no Great Expectations here."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one control on one delivery.

    `rows_checked` counts the rows the control bears on (empty cells left out, all rows when it
    bears on the whole delivery); `lines` holds the first thousand lines at fault, in order, and
    is empty when no line can be named (a volume). `error` tells in French why it could not run.
    """

    code: str
    type: str
    column: str | None
    severity: Severity
    description: str
    success: bool
    rows_checked: int
    rows_at_fault: int
    lines: tuple[int, ...]
    error: str | None = None
