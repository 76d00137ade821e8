"""Reads the figures out of the series; each function returns one table, secrecy applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING, Any

from pipeline.grilles.modele import Grille
from pipeline.publication.secret import mask_table
from pipeline.simulation.choix import Variation
from pipeline.simulation.groupes import groups_table
from pipeline.simulation.sensibilite import first_of, points_told, sensitivity_table
from pipeline.simulation.tableaux import Ligne, Tableau, Valeur, partition, share, told, whole

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENSEMBLE = "ensemble"
QUARTILES = ("C1", "C2", "C3", "C4")
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000)
_MOST_BINS = 15


@dataclass(frozen=True)
class Lecteur:
    """The series of one simulation, and the threshold of secrecy."""

    connection: "DuckDBPyConnection"
    seuil: int

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one query."""
        return self.connection.execute(sql).fetchall()

    def tables(self, grille: Grille, variation: Variation | None, missing: Sequence[str]) -> list[Tableau]:
        """Return every table, in the order of reading."""
        tables = [
            self.summary(),
            self.distribution(),
            self.quartiles(),
            self.groups(),
            self.criteria(grille, missing),
            self.commissions(),
        ]
        return [*tables, sensitivity_table(self, variation)] if variation else tables

    def summary(self) -> Tableau:
        """Count the households on each side, what changes, and ties."""
        [(households, before, after, both, alike_before, alike_after)] = self.rows(
            "select count(*), count(avant), count(apres), count(*) filter (where avant + apres is not null), "
            "count(distinct avant), count(distinct apres) from menages"
        )
        [(quartile, place, tied_before, tied_after)] = self.rows(
            "select coalesce(sum(n) filter (where quartile_avant <> quartile_apres), 0)::bigint, "
            "coalesce(sum(n) filter (where place_avant <> place_apres), 0)::bigint, "
            "coalesce(sum(n) filter (where egaux_avant > 1), 0)::bigint, "
            "coalesce(sum(n) filter (where egaux_apres > 1), 0)::bigint from rangees where nature = 'grille'"
        )
        threshold = self.seuil
        items: list[tuple[str, str, Valeur, Valeur]] = [
            ("menages", "Ménages", whole(households, threshold), whole(households, threshold)),
            ("cotes", "Cotés", share(before, households, threshold), share(after, households, threshold)),
            ("compares", "Cotés des deux côtés", None, share(both, households, threshold)),
            ("changent_rang", "Changent de rang", None, share(place, both, threshold)),
            ("changent_quartile", "Changent de quartile", None, share(quartile, both, threshold)),
            ("ex_aequo", "Ex aequo", share(tied_before, both, threshold), share(tied_after, both, threshold)),
            ("scores_distincts", "Scores distincts", alike_before, alike_after),
        ]
        return Tableau(
            "ensemble",
            "En bref",
            "Un ménage sans score d'un côté n'est pas comparé : inconnu n'est pas zéro. "
            "Ex aequo : au moins un autre ménage comparé a le même score.",
            "",
            ("avant", "apres"),
            ("avant", "après"),
            tuple(Ligne(code, ENSEMBLE, name, (one, other)) for code, name, one, other in items),
        )

    def distribution(self) -> Tableau:
        """Count the households by tranche of points, before and after."""
        [(low, high)] = self.rows("select min(least(avant, apres)), max(greatest(avant, apres)) from menages")
        low, high = low or Decimal(0), high or Decimal(0)
        step = next((step for step in _STEPS if (high - low) / step < _MOST_BINS), _STEPS[-1])
        start, end = floor(low / step), floor(high / step)
        found = {
            side: dict(
                self.rows(f"select cast(floor({side} / {step}) as bigint), count(*) from menages group by 1")
            )
            for side in ("avant", "apres")
        }
        bins: list[int | None] = [*range(start, end + 1), None]
        masked = [
            partition([found[side].get(rank, 0) for rank in bins], self.seuil) for side in ("avant", "apres")
        ]
        lines = tuple(
            Ligne("tranche_points", *_bin(rank, step), pair)
            for rank, pair in zip(bins, zip(*masked, strict=True), strict=True)
        )
        return Tableau(
            "distribution",
            "Distribution des points",
            "Ménages par tranche de points : borne basse comprise, haute exclue.",
            "points",
            ("avant", "apres"),
            ("avant", "après"),
            lines,
        )

    def quartiles(self) -> Tableau:
        """Cross the quartiles of cotation before and after."""
        found = {
            (one, other): n
            for one, other, n in self.rows(
                "select quartile_avant, quartile_apres, sum(n)::bigint from rangees "
                "where nature = 'grille' group by all"
            )
        }
        counts = [[found.get((one, other), 0) for other in range(1, 5)] for one in range(1, 5)]
        lines = [
            Ligne("quartile_cotation", name, f"{name} avant" if name in QUARTILES else name, told(row))
            for name, row in zip((*QUARTILES, ENSEMBLE), mask_table(counts, self.seuil), strict=True)
        ]
        return Tableau(
            "quartiles",
            "Passages d'un quartile de cotation à l'autre",
            "C1 : le moins de points ; C4 : le plus. Bornes recalculées de chaque côté, sur les comparés.",
            "",
            (*(code.lower() for code in QUARTILES), ENSEMBLE),
            (*(f"{code} après" for code in QUARTILES), ENSEMBLE),
            tuple(lines),
        )

    def groups(self) -> Tableau:
        """Count who gains and loses rank in each group, and the median of places gained."""
        return groups_table(self)

    def criteria(self, grille: Grille, missing: Sequence[str]) -> Tableau:
        """Say what each criterion does: how many it gives points to, what would move without it."""
        [(scored,)] = self.rows("select count(apres) from menages")
        given = dict(
            self.rows(
                "select k, count(*) filter (where (masque >> k) & 1 = 1) from menages "
                f"cross join range({len(grille.criteres)}) as criteres(k) where apres is not null group by k"
            )
        )
        moved = {
            rank: (place, quartile)
            for rank, place, quartile in self.rows(
                "select rang, coalesce(sum(n) filter (where place_avant <> place_apres), 0)::bigint, "
                "coalesce(sum(n) filter (where quartile_avant <> quartile_apres), 0)::bigint "
                "from rangees where nature = 'sans' group by rang"
            )
        }
        ranks = sorted(range(len(grille.criteres)), key=lambda rank: (-moved.get(rank, (0, 0))[1], rank))
        lines = []
        for rank in ranks:
            critere = grille.criteres[rank]
            counts = (given.get(rank, 0), *moved.get(rank, (0, 0)))
            values = tuple(share(count, scored, self.seuil) for count in counts)
            absent = critere.code in missing
            name = f"{critere.libelle} (non disponible)" if absent else critere.libelle
            lines.append(Ligne("critere", critere.code, name, (None, None, None) if absent else values))
        return Tableau(
            "criteres",
            "Les critères qui font le travail",
            "Sans ce critère, le reste de la grille inchangé : qui changerait de rang, de quartile.",
            "critère",
            ("comptent", "changent_rang", "changent_quartile"),
            ("il compte pour", "changent de rang", "changent de quartile"),
            tuple(lines),
        )

    def commissions(self) -> Tableau:
        """Count the past commissions whose chosen candidate has the most points, before and after."""
        lines = []
        for code, name, chosen in _CHOSEN:
            counted = f"select est_premier_avant, est_premier_apres, count(*) from ({first_of(chosen)})"
            found = {(one, other): n for one, other, n in self.rows(f"{counted} group by all")}
            counts = [[found.get((one, other), 0) for other in (True, False)] for one in (True, False)]
            cells = mask_table(counts, self.seuil)
            values = (cells[2][2], cells[0][2], cells[2][0], cells[0][0], cells[0][1], cells[1][0])
            lines.append(Ligne("candidat", code, name, told(values)))
        return Tableau(
            "commissions",
            "Les candidats retenus seraient-ils encore premiers ?",
            "Commissions de CALEOL où deux classés au moins sont cotés des deux côtés, "
            "avec les faits du jour. Premier : personne n'a strictement plus de points.",
            "candidat",
            ("commissions", "premiers_avant", "premiers_apres", "restent", "cessent", "deviennent"),
            (
                "commissions",
                "premiers avant",
                "premiers après",
                "le restent",
                "ne le sont plus",
                "le deviennent",
            ),
            tuple(lines),
        )


_CHOSEN = (("rang_1", "Classé premier", "rang = 1"), ("bail_signe", "Signataire du bail", "a_bail_signe"))


def _bin(rank: int | None, step: int) -> tuple[str, str]:
    if rank is None:
        return "non_renseigne", "sans score"
    low, high = rank * step, (rank + 1) * step
    return f"{low}_{high}", f"{points_told(Decimal(low))} à {points_told(Decimal(high))}"
