"""What is wrong with the rows of a delivery: each fault with its line, column and reason, and the counts.

Some faults reject the row (règle R0.13: keys, axes, dates after reception); others set the value
aside and keep the row; `code_a_confirmer` keeps both and asks.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import polars as pl

from pipeline.feeds import Column
from pipeline.intake.tables import LINE, STRUCTURE_FAULT

TO_CONFIRM = "code_a_confirmer"
LEAST_HOLDERS = 3
CODE_FAULTS = ("code_inconnu", TO_CONFIRM)
STRUCTURE_FAULTS = ("ligne_trop_courte", "ligne_trop_longue", "guillemet_isole")
ALWAYS_REJECTED = ("valeur_manquante", "date_apres_reception", "numero_unique_illisible")
EXPLANATIONS = {
    "ligne_trop_courte": "La ligne a moins de cellules que l'en-tête.",
    "ligne_trop_longue": "La ligne a plus de cellules que l'en-tête.",
    "guillemet_isole": "Un guillemet est ouvert et jamais refermé, ou refermé au milieu de sa cellule.",
    "valeur_manquante": "Cette valeur est obligatoire.",
    "valeur_invalide": "La valeur n'a pas la forme attendue.",
    "valeur_hors_bornes": "La valeur est hors des bornes plausibles.",
    "code_inconnu": "Ce code n'est pas dans la liste.",
    "valeur_personnelle": "La valeur a la forme d'une donnée personnelle : elle ne sort pas de ce dossier.",
    TO_CONFIRM: "Ce code n'est pas dans la liste connue : gardé, à confirmer.",
    "date_apres_reception": "La date est postérieure à la réception du fichier.",
    "numero_unique_illisible": "Notation scientifique du tableur : des chiffres du numéro sont perdus.",
    "doublon": "Une ligne plus bas porte la même clé : la dernière l'emporte.",
}


@dataclass
class Tally:
    """Counts of a delivery: rows by fate, faults by (column, kind), doubtful codes by (column, value).

    `holders` keeps, for each doubtful code, a few of those whose rows hold it: its demandes, else its lines.
    `confirmed` counts the doubtful codes on confirmed rows, `confirmed_lines` tells which rows those are.
    """

    read: int = 0
    rejected: int = 0
    ignored: int = 0
    set_aside: int = 0
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    holders: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    confirmed: Counter[tuple[str, str]] = field(default_factory=Counter)
    confirmed_lines: set[int] = field(default_factory=set)

    def note_codes(self, column: str, words: pl.Series, holders: pl.Series) -> None:
        """Count the doubtful codes of a column, and remember a few holders of each."""
        self.codes.update({(column, word): times for word, times in words.value_counts().iter_rows()})
        pairs = pl.DataFrame({"word": words, "holder": holders}).unique()
        for word, some in pairs.group_by("word").agg(pl.col("holder").head(LEAST_HOLDERS)).iter_rows():
            known = self.holders[column, word]
            if len(known) < LEAST_HOLDERS:
                known.update(some)

    @property
    def codes_to_tell(self) -> Counter[tuple[str, str]]:
        """Return the doubtful codes that some row holds without being confirmed."""
        return self.codes - self.confirmed


class Verdict:
    """Gathers the faults of one batch of rows, then says which rows may enter.

    On a confirmed row, what does not reject it is no longer told; what it is worth does not change.
    """

    def __init__(
        self,
        rows: pl.DataFrame,
        tally: Tally,
        holders: pl.Series | None = None,
        confirmed: pl.Series | None = None,
    ) -> None:
        self._lines = rows[LINE]
        self._confirmed = confirmed
        self._holders = self._lines.cast(pl.String) if holders is None else holders
        self._tally = tally
        self._readable = rows[STRUCTURE_FAULT].is_null()
        self._rejected = ~self._readable
        self._set_aside = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
        self._told = [
            self._tell(rows[STRUCTURE_FAULT].eq(fault).fill_null(value=False), fault, "", None, rejects=True)
            for fault in STRUCTURE_FAULTS
            if not self._readable.all()
        ]

    def add(self, fault: str, column: Column, text: pl.Series, where: pl.Series) -> None:
        """Record a fault of a column on the rows where it holds."""
        where = where.fill_null(value=False) & self._readable
        if not where.any():
            return
        rejects = fault in ALWAYS_REJECTED or (column.blocking and fault != TO_CONFIRM)
        if rejects:
            self._rejected |= where
        elif fault != TO_CONFIRM:
            self._set_aside |= where
        if fault in CODE_FAULTS:
            self._tally.note_codes(column.name, text.filter(where), self._holders.filter(where))
        if self._confirmed is not None and not rejects:
            self._note_confirmed(fault, column, text.filter(where & self._confirmed))
            where &= ~self._confirmed
        if where.any():
            self._told.append(self._tell(where, fault, column.name, text, rejects=rejects))

    def close(self) -> tuple[pl.Series, pl.DataFrame]:
        """Return the mask of rows that enter, and the faults told; the tally is brought up to date."""
        self._tally.rejected += int(self._rejected.sum())
        self._tally.set_aside += int((self._set_aside & ~self._rejected).sum())
        return ~self._rejected, pl.concat(self._told) if self._told else FAULT_ROWS.clear()

    def _note_confirmed(self, fault: str, column: Column, words: pl.Series) -> None:
        if fault in CODE_FAULTS:
            self._tally.confirmed.update((column.name, word) for word in words)

    def _tell(
        self, where: pl.Series, fault: str, column: str, text: pl.Series | None, *, rejects: bool
    ) -> pl.DataFrame:
        self._tally.faults[column, fault] += int(where.sum())
        return fault_rows(
            self._lines.filter(where),
            fault,
            column,
            None if text is None else text.filter(where),
            rejects=rejects,
        )


FAULT_ROWS = pl.DataFrame(
    schema={
        LINE: pl.Int64,
        "motif": pl.String,
        "colonne": pl.String,
        "valeur": pl.String,
        "rejetee": pl.String,
        "explication": pl.String,
    }
)


def fault_rows(
    lines: pl.Series, fault: str, column: str, text: pl.Series | None, *, rejects: bool
) -> pl.DataFrame:
    """Return the rows of the rejects file for one fault of one column."""
    values = pl.Series([None] * len(lines), dtype=pl.String) if text is None else text
    return pl.DataFrame({LINE: lines, "valeur": values}).select(
        LINE,
        pl.lit(fault).alias("motif"),
        pl.lit(column).alias("colonne"),
        "valeur",
        pl.lit("oui" if rejects else "non").alias("rejetee"),
        pl.lit(EXPLANATIONS[fault]).alias("explication"),
    )
