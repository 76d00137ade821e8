"""One batch of text rows to typed rows: columns read, personal ones replaced, faults told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from pipeline.feeds import Column, Feed
from pipeline.intake.closures import IDENTIFYING, concerns_demandes
from pipeline.intake.discretion import set_aside_personal
from pipeline.intake.distinct import DistinctCells, as_codes
from pipeline.intake.faults import Tally, Verdict
from pipeline.intake.headers import HeaderMap
from pipeline.intake.identities import read_age, read_numero_unique, read_pseudonym
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.intake.tables import LINE, STRUCTURE_FAULT, cell_name
from pipeline.intake.values import Reading, clean_cells, read_column

References = Mapping[str, Mapping[str, str]]
"""Codes by surrogate key, by reference table, of one delivery (règle R0.8)."""

_CONFIRMED = ("oui", "o", "x", "1", "vrai")
_TOTAL = r"(?i)^(sous[- ])?total"
_BLANK_OR_TOTAL = r"(?i)^\s*(?:$|(?:sous[- ])?total)"


@dataclass(frozen=True)
class _ColumnRead:
    """What was read of the cells of a column: their cleaned text, what is stored of them, their faults."""

    cells: pl.Series
    text: pl.Series
    stored: list[pl.Series]
    faults: Mapping[str, pl.Series]


@dataclass(frozen=True)
class BatchReader:
    """Conforms the batches of one delivery, one after the other; `tally` grows as they pass."""

    feed: Feed
    headers: HeaderMap
    own_codes: Mapping[str, Mapping[str, str]]
    pseudonymiser: Pseudonymiser
    constants: Mapping[str, str | date]
    last_day: date
    received: date
    references: References = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    _already_read: dict[str, _ColumnRead] = field(default_factory=dict)

    def conform_batch(self, batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the typed rows that may enter, and the faults of all rows."""
        rows = self._useful_rows(batch)
        verdict = Verdict(rows, self.tally, self._holders(rows), self._confirmed(rows))
        typed = [rows.select(LINE)]
        for column in self.feed.columns:
            if column.treatment == "ecarter":
                continue
            cells, read = self._read_once(self._cells(rows, column), column)
            typed.append(pl.DataFrame([cells.spread(values) for values in read.stored]))
            for fault, where in read.faults.items():
                if where.any():
                    verdict.add(fault, column, cells.spread(read.text), cells.spread(where))
        enters, faults = verdict.close()
        constants = [pl.lit(value).alias(name) for name, value in self.constants.items()]
        accepted = pl.concat(typed, how="horizontal").filter(enters).with_columns(constants)
        return accepted, faults

    def _holders(self, rows: pl.DataFrame) -> pl.Series | None:
        """Return whose each row is, as delivered; None when the feed names no demande."""
        named = (column.name for column in self.feed.columns if column.treatment in IDENTIFYING)
        rank = self.headers.ranks.get(next(named, ""))
        return None if rank is None else rows[cell_name(rank)]

    def _confirmed(self, rows: pl.DataFrame) -> pl.Series | None:
        """Tell which rows are confirmed by who delivers them; None when the file does not ask."""
        if self.headers.confirms is None:
            return None
        words = clean_cells(rows[cell_name(self.headers.confirms)], ()).str.to_lowercase()
        confirmed = words.is_in(_CONFIRMED).fill_null(value=False)
        self.tally.confirmed_lines.update(rows[LINE].filter(confirmed))
        return confirmed

    def _cells(self, rows: pl.DataFrame, column: Column) -> pl.Series:
        rank = self.headers.ranks.get(column.name)
        if rank is None:
            return pl.repeat(None, rows.height, dtype=pl.String, eager=True)
        return rows[cell_name(rank)]

    def _read_once(self, cells: pl.Series, column: Column) -> tuple[DistinctCells, _ColumnRead]:
        """Read the distinct cells, unless they are those of the batch before."""
        before = self._already_read.get(column.name)
        distinct = DistinctCells.of(cells, before.cells if before else None)
        if before and before.cells is distinct.values:
            return distinct, before
        text = self._text(distinct.values, column)
        stored, reading = self._read(text, column)
        read = _ColumnRead(distinct.values, text, stored, self._faults(column, reading))
        if distinct.places is not None:
            read = replace(read, stored=[as_codes(values) for values in stored])
            self._already_read[column.name] = read
        return distinct, read

    def _text(self, cells: pl.Series, column: Column) -> pl.Series:
        text = clean_cells(cells, self.feed.missing_values)
        codes = self.references.get(column.reference or "")
        return text.replace(codes) if codes else text

    def _useful_rows(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Drop blank rows, and the total rows that hold no required value; only the latter are counted.

        A row too long is never blank: what it holds lies beyond the header.
        """
        required = [
            cell_name(self.headers.ranks[column.name])
            for column in self.feed.columns
            if column.required and column.name in self.headers.ranks
        ]
        filled = ~pl.col(required).str.contains(_BLANK_OR_TOTAL).fill_null(value=True)
        suspects = batch.filter(~pl.any_horizontal(filled))
        self.tally.read += batch.height
        if suspects.is_empty():
            return batch
        cells = [name for name in batch.columns if name not in {LINE, STRUCTURE_FAULT}]
        suspects = suspects.with_columns(pl.col(cells).str.strip_chars())
        too_long = pl.col(STRUCTURE_FAULT).eq_missing("ligne_trop_longue")
        blank = suspects.filter(
            ~too_long & pl.all_horizontal(pl.col(cells).is_null() | (pl.col(cells) == ""))
        )
        totals = suspects.filter(pl.any_horizontal(pl.col(cells).str.contains(_TOTAL)))
        self.tally.read -= blank.height
        self.tally.ignored += totals.height
        dropped = pl.concat([blank[LINE], totals[LINE]])
        return batch.filter(~pl.col(LINE).is_in(dropped.implode())) if len(dropped) else batch

    def _read(self, text: pl.Series, column: Column) -> tuple[list[pl.Series], Reading]:
        name = column.becomes or column.name
        match column.treatment:
            case "numero_unique":
                parts, reading = read_numero_unique(text, self.pseudonymiser)
                return parts.get_columns(), reading
            case "pseudonyme":
                return [read_pseudonym(text, column, self.pseudonymiser).alias(name)], Reading(text, {})
            case "age_fin_periode":
                reading = read_age(text, column, self.last_day)
            case _:
                reading = read_column(text, column, self.own_codes.get(column.name, {}))
                if concerns_demandes(self.feed):
                    reading = set_aside_personal(column, reading)
        return [_without_faulty(reading).alias(name)], reading

    def _faults(self, column: Column, reading: Reading) -> dict[str, pl.Series]:
        faults = dict(reading.faults)
        if column.required:
            told = pl.Series([False]).new_from_index(0, len(reading.values))
            for where in faults.values():
                told |= where.fill_null(value=False)
            faults["valeur_manquante"] = reading.values.is_null() & ~told
        if column.never_after_reception:
            faults["date_apres_reception"] = reading.values > self.received
        return faults


def _without_faulty(reading: Reading) -> pl.Series:
    outside = reading.faults.get("valeur_hors_bornes")
    return reading.values if outside is None else reading.values.set(outside, None)
