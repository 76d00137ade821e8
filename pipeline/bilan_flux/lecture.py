"""What the last release says of a bailleur's year, and the words of the feeds to say it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.errors import MisuseError
from pipeline.feeds import load_feeds
from pipeline.publication.consultation import query_observatoire

if TYPE_CHECKING:
    from pipeline.settings import Settings

FLUX = "bailleurs/bilan_flux"
AXES = ("reservataire", "typologie", "financement", "en_qpv", "code_commune", "periode_construction")
COLONNES = {
    "reservataire": "code_reservataire",
    "en_qpv": "localisation_qpv",
    "mis_a_disposition": "nombre_mises_a_disposition",
}
MARTS = (
    "mart_bilan_flux_annuel",
    "mart_bilan_synthetique_bailleur",
    "mart_suivi_conventions",
    "mart_anomalies_flux",
    "mart_ecarts_bilan_flux",
)
_SANS_CODE = {
    "sans_reservataire": "Soustraits et exclus",
    "non_renseigne": "Non renseigné",
    "ensemble": "Ensemble",
    "qpv": "En QPV",
    "hors_qpv": "Hors QPV",
}
_YEAR, _SIREN = re.compile(r"20\d\d"), re.compile(r"\d{9}")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mots:
    """How the feed of the bilan names its columns and its codes."""

    titres: Mapping[str, str]
    codes: Mapping[str, str]

    @classmethod
    def du_flux(cls) -> "Mots":
        """Read them in the schema of the feed."""
        columns = load_feeds()[FLUX].columns
        codes = {code: spec.libelle for column in columns for code, spec in column.codes.items()}
        return cls({column.name: column.title for column in columns}, codes | _SANS_CODE)

    def dit(self, code: Any) -> Any:
        """Say a code; a number, a SIREN or a commune is said as it is."""
        return self.codes.get(code, code) if isinstance(code, str) else code

    @cached_property
    def mesures(self) -> tuple[str, ...]:
        """The measures of the bilan, in the order of the feed."""
        left_out = {"annee", "siren_bailleur", "commentaire", *AXES}
        return tuple(name for name in self.titres if name not in left_out)


def column_of(name: str) -> str:
    """Return the column of the mart for a column of the feed.

    >>> column_of("baux"), column_of("typologie"), column_of("en_qpv")
    ('nombre_baux', 'typologie', 'localisation_qpv')
    """
    return COLONNES.get(name, name if name in AXES else f"nombre_{name}")


@dataclass(frozen=True)
class Annee:
    """Every row of a year, by mart; then of one bailleur."""

    annee: str
    marts: Mapping[str, tuple[Row, ...]]
    publication: Row

    @property
    def bailleurs(self) -> list[str]:
        """The bailleurs that the bilan names by their SIREN."""
        return sorted(
            {row["code_bailleur"] for row in self.marts[MARTS[0]] if _SIREN.fullmatch(row["code_bailleur"])}
        )

    @property
    def sans_siren(self) -> int:
        """Rows of the bilan whose bailleur is unknown."""
        return sum(row["code_bailleur"] == "non_renseigne" for row in self.marts[MARTS[0]])

    def of(self, mart: str, siren: str) -> tuple[Row, ...]:
        """The rows of a bailleur."""
        return tuple(row for row in self.marts[mart] if row["code_bailleur"] == siren)


def read_year(settings: "Settings", annee: str, siren: str | None) -> Annee:
    """Read the last release; raises MisuseError on a year or a bailleur it does not hold."""
    if not _YEAR.fullmatch(annee):
        raise MisuseError(f"Année illisible « {annee} ».", remede="Écrivez quatre chiffres : --annee 2024.")
    year = Annee(
        annee,
        {mart: _rows(settings, f"FROM {mart} WHERE periode = '{annee}' ORDER BY ALL") for mart in MARTS},
        _rows(settings, "FROM publication")[0],
    )
    if not year.bailleurs:
        known = sorted({row["periode"] for row in _rows(settings, f"FROM {MARTS[0]}")})
        raise MisuseError(
            f"Aucun bilan pour {annee} : les mises à disposition de l'année ne sont pas publiées.",
            remede=f"Années publiées : {', '.join(known)}."
            if known
            else "Déposez des fichiers bailleurs/mises_a_disposition, puis « ppgd construire ».",
        )
    if siren is not None and siren not in year.bailleurs:
        raise MisuseError(
            f"Le bailleur « {siren} » n'a pas de bilan pour {annee}.",
            remede=f"Bailleurs de {annee} : {', '.join(year.bailleurs)}.",
        )
    return year


def _rows(settings: "Settings", sql: str) -> tuple[Row, ...]:
    result = query_observatoire(settings, sql)
    return tuple(dict(zip(result.columns, row, strict=True)) for row in result.rows)
