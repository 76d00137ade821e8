"""The rows and values set aside, with line numbers and raw values: kept in data/raw, beside the delivery."""

from pathlib import Path

import polars as pl

from pipeline.intake.faults import FAULT_ROWS

REJECTS = "rejets.csv"
_START = b"\xef\xbb\xbf" + ";".join(FAULT_ROWS.columns).encode() + b"\n"
_FORMULA = r"^[=+\-@\t\r\n]"


def without_formula(text: pl.Expr) -> pl.Expr:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text)


class RejectsFile:
    """A French CSV that grows with the batches: one row per fault."""

    def __init__(self, path: Path, mode: str = "wb") -> None:
        self._file = path.open(mode)
        if mode == "wb":
            self._file.write(_START)

    def write(self, faults: pl.DataFrame) -> None:
        """Append faults; a value that a spreadsheet would run is preceded by an apostrophe."""
        faults.with_columns(without_formula(pl.col("valeur")).alias("valeur")).write_csv(
            self._file, separator=";", include_header=False
        )

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def has_rejects(path: Path) -> bool:
    """Tell whether a rejects file holds more than its header."""
    return path.exists() and path.stat().st_size > len(_START)
