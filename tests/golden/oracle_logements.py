"""What the restricted RPLS says of each dwelling, vintage by vintage: plain Python, no SQL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tests.golden.oracle_parametres import NON_RENSEIGNE

PLUS_GRANDE_TYPOLOGIE = 6
LOUE, VACANT, FLUX = "1", "2", "8"
FINANCEMENTS = {"LLTS": "10", "LLS": "13", "PLS": "14", "PLI": "16", "AUTRE": "99"}
PERIODES_DE_CONSTRUCTION = (
    (1948, "avant_1949"),
    (1976, "1949_1976"),
    (1989, "1977_1989"),
    (1999, "1990_1999"),
    (2009, "2000_2009"),
    (2018, "2010_2018"),
)

Row = Mapping[str, Any]


def tell_typologie(rooms: int) -> str:
    """Règle F3: six rooms and more are one."""
    return "T6P" if rooms >= PLUS_GRANDE_TYPOLOGIE else f"T{rooms}"


def tell_reservataire(contingent: str) -> str | None:
    """Règle F1: what CONTRESLOG names; 8 (flux) and 0 name no one.

    >>> [tell_reservataire(code) for code in ("43", "8", "7")]
    ['COLTER', None, 'AUCUN']
    """
    if contingent.startswith("4"):
        return "COLTER"
    return {
        "1": "PFONCT",
        "2": "PPRIOR",
        "3": "COLACT",
        "5": "PFONCT",
        "6": "AUTRES",
        "7": "AUCUN",
        "9": "AUTRES",
    }.get(contingent)


@dataclass(frozen=True)
class Rpls:
    """The lines that enter, of each dwelling the file numbers, and the dwelling of each lease."""

    lignes: Mapping[str, Mapping[int, Row]] = field(default_factory=dict)
    logements: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def lire(cls, occupation: Iterable[Row], baux: Iterable[Row]) -> "Rpls":
        """Keep what a lease can be joined to; of a sold dwelling, the buyer's line (règle R0.1)."""
        lines: dict[str, dict[int, Row]] = defaultdict(dict)
        for row in occupation:
            if not (row["rejet"] or row["sans_identifiant"]):
                lines[row["identifiant"]][row["millesime"]] = row
        return cls(dict(lines), {row["bail"]: row["identifiant"] for row in baux})

    def locate(self, bail: int, signed: date, bascule: date) -> str | None:
        """Règle E1: the last answer on the map in force at the lease, None when the file is silent."""
        return self.locate_dwelling(self.logements.get(bail, ""), signed, bascule)

    def locate_dwelling(self, identifiant: str, day: date, bascule: date) -> str | None:
        """Règle E1 for a dwelling and a day."""
        lines = self.lignes.get(identifiant, {})
        answers = [
            row["qpv"]
            for year, row in sorted(lines.items())
            if (date(year, 1, 1) >= bascule) == (day >= bascule) and row["qpv"] is not None
        ]
        if not answers:
            return None
        return "qpv" if answers[-1] else "hors_qpv"

    def last_line(self, identifiant: str) -> Row | None:
        """Règle R0.1: a dwelling in its last vintage."""
        lines = self.lignes.get(identifiant)
        return lines[max(lines)] if lines else None

    def reservataire(self, bail: int) -> str | None:
        """Règle F1: whom the last vintage names."""
        line = self.last_line(self.logements.get(bail, ""))
        return tell_reservataire(line["contingent"]) if line else None


def describe_dwellings(
    occupation: Iterable[Row], epci: Mapping[str, str]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Expected dim_logements: the last vintage of each dwelling of an organisme (règle R0.1)."""
    described: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(occupation, key=lambda row: row["millesime"]):
        if not row["rejet"]:
            for key, sold in _written(row):
                described[key] = _describe(row, epci, sold=sold)
    return described


def _written(row: Row) -> Iterator[tuple[tuple[str, str], bool]]:
    """Give the line of a dwelling, and the seller's where it was sold."""
    number = f"{row['logement']:06d}"
    yield (row["siren"], f"L{number}"), False
    if row["vendu"]:
        yield (row["siren"], f"V{number}"), True


def _describe(row: Row, epci: Mapping[str, str], *, sold: bool) -> dict[str, Any]:
    built = row["annee_construction"]
    location = {None: NON_RENSEIGNE, "": "hors_qpv"}.get(row["qpv"], "qpv")
    rent = row["loyer"] if row["mode"] == LOUE else None
    left = date(row["millesime"] - 1, row["mois"], 15) if row["mode"] == VACANT else None
    return {
        "logement_id": None if row["sans_identifiant"] else row["identifiant"],
        "millesime": row["millesime"],
        "code_bailleur": row["siren"],
        "code_epci": epci[row["commune"]],
        "code_commune": row["commune"],
        "type_construction": "I" if row["individuel"] else "C",
        "nombre_pieces": row["pieces"],
        "typologie": tell_typologie(row["pieces"]),
        "surface_m2": row["surface"],
        "annee_construction": built,
        "periode_construction": next(
            (name for last, name in PERIODES_DE_CONSTRUCTION if built <= last), "2019_et_plus"
        ),
        "annee_premiere_location": built,
        "annee_entree_patrimoine": built,
        "code_financement": FINANCEMENTS[row["financement"]],
        "est_conventionne": True,
        "etiquette_energie": None,
        "mode_occupation": row["mode"],
        "localisation_qpv": location,
        "code_reservataire": tell_reservataire(row["contingent"]),
        "est_gere_en_flux": row["contingent"] == FLUX,
        "montant_loyer_principal_eur": None if rent is None else Decimal(str(rent)),
        "date_depart_dernier_locataire": left,
        "est_sorti_du_parc": sold,
    }
