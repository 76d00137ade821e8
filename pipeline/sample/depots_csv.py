"""One delivered CSV from a frame of cells: what the modules of partners share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipeline.sample.formats import CsvForm, Depot, csv_from_frame

DATES = "%d/%m/%Y"


@dataclass(frozen=True)
class Place:
    """Where a file is delivered, and how its provider writes it."""

    flux: str
    periode: str
    fournisseur: str
    forme: CsvForm = field(default_factory=CsvForm)
    entetes: Mapping[str, str] = field(default_factory=dict)


def csv_depot(
    place: Place,
    text: pl.DataFrame,
    *,
    rejetees: int = 0,
    ignorees: int = 0,
    refus: str = "",
    lu: bool = True,
) -> Depot:
    """Write a delivery; `refus` says why the door refuses it, `lu` is false when no row is read."""
    headers = [place.entetes.get(name, name) for name in text.columns]
    return Depot(
        flux=place.flux,
        periode=place.periode,
        fournisseur=place.fournisseur,
        extension="csv",
        octets=csv_from_frame(text, headers, place.forme),
        lues=text.height if lu else 0,
        rejetees=rejetees,
        ignorees=ignorees,
        decision="refuse" if refus else "accepte",
        motif=refus,
    )


def written_day(column: str, form: str = DATES) -> pl.Expr:
    """Give a date as text."""
    return pl.col(column).dt.strftime(form)


def known_by(column: str, last_day: date) -> pl.Expr:
    """Give a date, null when it comes after the period of the file."""
    return pl.when(pl.col(column) <= last_day).then(column)


def yes_no(column: str) -> pl.Expr:
    """Give OUI or NON, null where it is not known."""
    return pl.when(pl.col(column)).then(pl.lit("OUI")).when(~pl.col(column)).then(pl.lit("NON"))


def written_number(column: str, decimals: int = 2) -> pl.Expr:
    """Give a number with a decimal comma."""
    return pl.col(column).cast(pl.Decimal(18, decimals)).cast(pl.String).str.replace(".", ",", literal=True)
