"""One grid as SQL: the stages of its scores, and what is selected from them; its numbers stay apart."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pipeline.grilles.cible import LEFT_OUT, Cible
from pipeline.grilles.disponibilite import unavailable_criteria
from pipeline.grilles.ecriture_sql import Etapes, Nombres, any_of, listed, quoted_text, summed
from pipeline.grilles.modele import BLOCS, Bornes, Critere, Grille, tests_knowledge
from pipeline.grilles.sql_baremes import SEULS, Port, points_sql
from pipeline.grilles.sql_comptage import PLACE_BITS, POINTS_BITS, Comptage, Rempli, packets_of, place_of
from pipeline.grilles.sql_conditions import Colonnes, condition_sql, reach_sql
from pipeline.grilles.vocabulaire import CERTIFIED

KEYS = ("demande_id", "code_epci", "date_faits")
RANG_EPCI, FAITS_SITUES = "rang_epci", "faits_situes"
HALF = 30
_NO_BLOC = "cast(null as varchar)"


class GrilleSql:
    """One grid being written."""

    def __init__(self, grille: Grille, cible: Cible) -> None:
        self.grille = grille
        self.cible = cible
        self.cles = (*KEYS, LEFT_OUT) if cible.sans else KEYS
        self.nombres = Nombres()
        self.colonnes = Colonnes(cible.mots, self.nombres)
        self.etapes = Etapes()
        if cible.sans:
            self.etapes.add({LEFT_OUT: f"unnest({cible.sans})"})
        self.rangs = {critere.code: rank for rank, critere in enumerate(grille.criteres)}
        missing = unavailable_criteria(grille, cible.mots)
        self.utiles = [critere for critere in grille.criteres if critere.code not in missing]

    def totals(self) -> str:
        """Return the stages and the select of scores."""
        counted = self._provisional(self._packets())
        final, mask = self._final(counted)
        blocs = {bloc.code: counted.bloc(bloc) for bloc in self.grille.blocs}
        columns = [
            *self.cles,
            *self._identity(),
            *(f"{_points(blocs.get(code, '0'))} as points_{code}" for code in BLOCS),
            f"{_points(counted.total)} as points_provisoires",
            f"{final} as points_definitifs",
            f"{counted.mask()} as masque_comptes",
            f"{mask} as masque_definitifs",
            f"{self._unknown()} as masque_inconnus",
            f"{self._missing()}::bigint as masque_non_disponibles",
        ]
        return self._sql("select\n" + listed(columns) + "\nfrom {etape}")

    def detail(self) -> str:
        """Return the stages and the select of points: a row per criterion or bound that has some."""
        counted, items = self._provisional({}), []
        for bloc in self.grille.blocs:
            items.extend(
                _item(bloc.code, "critere", critere.code, counted.counted(critere))
                for critere in counted.usable(bloc.criteres)
            )
            items.extend(
                _item(
                    bloc.code,
                    "ecretement",
                    rubrique.code,
                    f"{counted.rubrique(rubrique)} - {counted.raw_rubrique(rubrique)}",
                )
                for rubrique in bloc.rubriques
                if rubrique.bornes != Bornes()
            )
            items.append(
                _item(bloc.code, "ecretement", bloc.code, f"{counted.bloc(bloc)} - {counted.raw_bloc(bloc)}")
            )
        items.append(_item(None, "ecretement", self.grille.code, f"{counted.total} - {counted.raw_total}"))
        self.etapes.add({"lignes": f"[{', '.join(items)}]"})
        self.etapes.add({"ligne": "unnest(lignes)"})
        parts = ["ligne.bloc", "ligne.nature", "ligne.code", f"{_points('ligne.points')} as points"]
        selected = "select\n" + listed([*self.cles, *self._identity(), *parts])
        return self._sql(selected + "\nfrom {etape}\nwhere ligne.points <> 0")

    def _identity(self) -> list[str]:
        written = {"grille_version": self.grille.grille_version, "est_fictif": self.grille.fictive}
        return [f"{self.nombres.write(value)} as {name}" for name, value in written.items()]

    def _packets(self) -> dict[str, Port]:
        """Return how the criteria of packets are carried: each under its bit."""
        packed: dict[str, Port] = {}
        for bloc in self.grille.blocs:
            for paquet in packets_of(bloc):
                first = self.rangs[paquet[0].code]
                for critere in paquet:
                    bit = 1 << POINTS_BITS + self.rangs[critere.code] - first
                    packed[critere.code] = Port(marque=bit, zero_marque=False)
        return packed

    def _choices(self) -> dict[str, Port]:
        """Return how the criteria of which one counts are carried."""
        return {
            critere.code: Port(1 << PLACE_BITS, place_of(self.rangs[critere.code]))
            for bloc in self.grille.blocs
            for rubrique in bloc.rubriques
            if rubrique.regle != "somme"
            for critere in rubrique.criteres
        }

    def _provisional(self, packed: Mapping[str, Port]) -> Comptage:
        """Write who meets each criterion and its points, then which criteria count."""
        met, remplis = {}, {}
        carried = {**packed, **self._choices()}
        for critere in self.utiles:
            condition = self._met(critere)
            if not self._is_told_by_one_fact(critere) or critere.certifie_par:
                met[f"r{self.rangs[critere.code]}"] = condition
                condition = f"r{self.rangs[critere.code]}"
            points = points_sql(critere, self.colonnes, carried.get(critere.code, SEULS))
            remplis[critere.code] = Rempli(condition, points, critere.code in packed)
        self.etapes.add(met)
        return self._counted(remplis, "")

    def _counted(self, remplis: Mapping[str, Rempli], suffixe: str) -> Comptage:
        comptage = Comptage(self.grille, remplis, self.etapes, suffixe)
        comptage.settle()
        comptage.add_up(self.colonnes)
        return comptage

    def _met(self, critere: Critere) -> str:
        terms = [condition_sql(critere.si, self.colonnes)] if critere.si else []
        if self.cible.sans:
            terms.append(f"{LEFT_OUT} <> {self.rangs[critere.code]}")
        reach = reach_sql(critere.bareme, self.colonnes)
        return "(" + " and ".join([*terms, reach] if reach else terms) + ")"

    def _final(self, provisoire: Comptage) -> tuple[str, str]:
        """Return the final score and its mask: unknown once a criterion met is not known to be certified."""
        certified = [critere for critere in self.utiles if critere.certifie_par]
        if not certified:
            return _points(provisoire.total), provisoire.mask()
        remplis = dict(provisoire.remplis)
        known, proven, doubts = {}, {}, []
        for critere in certified:
            rank = self.rangs[critere.code]
            known[f"certifie{rank}"] = self._certified(critere)
            proven[f"d{rank}"] = f"r{rank} and certifie{rank}"
            remplis[critere.code] = replace(remplis[critere.code], condition=f"d{rank}")
            doubts.append(f"(r{rank} and certifie{rank} is null)")
        self.etapes.add(known)
        self.etapes.add(proven)
        comptage = self._counted(remplis, "d")
        settled = f"coalesce(not {any_of(doubts)}, true)"
        return (
            f"case when {settled} then {_points(comptage.total)} end",
            f"case when {settled} then {comptage.mask()} end",
        )

    def _certified(self, critere: Critere) -> str:
        if not self.cible.mots[CERTIFIED].est_disponible:
            return "cast(null as boolean)"
        return self.colonnes.holds_one(CERTIFIED, [critere.certifie_par or ""])

    def _unknown(self) -> str:
        """Return the bits of unknown criteria; those that test one fact are told by it, together."""
        masks: dict[str, int] = {}
        for critere in self.utiles:
            rank = self.rangs[critere.code]
            told = self._is_told_by_one_fact(critere)
            column = self.colonnes.known_by(critere.faits[0]) if told else f"r{rank}"
            masks[column] = masks.get(column, 0) | 1 << rank
        return f"cast({summed(_null_bits(masks))} as bigint)"

    @staticmethod
    def _is_told_by_one_fact(critere: Critere) -> bool:
        """Tell whether a criterion is unknown when its one fact is, and only then."""
        return len(critere.faits) == 1 and not tests_knowledge(critere.si)

    def _missing(self) -> int:
        usable = {critere.code for critere in self.utiles}
        return sum(1 << rank for code, rank in self.rangs.items() if code not in usable)

    def _sql(self, final: str) -> str:
        """Read the facts, now that the columns needed are known."""
        columns = [f"f.{key}" for key in (*KEYS, *([self.cible.sans] if self.cible.sans else []))]
        columns.append("p.*")
        columns.extend(f"{expression} as {name}" for name, expression in self.colonnes.columns().items())
        tests = []
        if not self.cible.a_toute_date:
            ends = map(self.nombres.write, (self.grille.valide_du, self.grille.valide_au or date.max))
            # Within a function, the validity stays out of the join, which EPCI alone then decide.
            tests.append(f"coalesce(f.date_faits between {' and '.join(ends)}, false)")
        if self.grille.demandes != "toutes":
            tests.append(f"f.type_demande = {quoted_text(self.grille.demandes)}")
        where = f"\nwhere {' and '.join(tests)}" if tests else ""
        self.etapes.premiere = (
            f"select\n{listed(columns)}\nfrom {FAITS_SITUES} as f\n"
            f"inner join parametres as p\non f.{RANG_EPCI} = p.{RANG_EPCI}{where}"
        )
        return self.etapes.sql(final)


def _points(expression: str) -> str:
    """Return hundredths as points of two decimals."""
    return f"cast(({expression}) * 0.01 as decimal(9, 2))"


def _null_bits(masks: Mapping[str, int]) -> list[str]:
    """Return the bits of the columns that are NULL, by halves of four bytes."""
    terms = []
    for half in (0, 1):
        low = half * HALF
        bits = [
            f"case when {column} is null then {mask >> low & (1 << HALF) - 1} else 0 end"
            for column, mask in masks.items()
            if mask >> low & (1 << HALF) - 1
        ]
        if bits:
            terms.append(f"cast({summed(bits)} as bigint) * {1 << low}")
    return terms


def _item(bloc: str | None, nature: str, code: str, expression: str) -> str:
    home = _NO_BLOC if bloc is None else quoted_text(bloc)
    named = f"'bloc': {home}, 'nature': {quoted_text(nature)}, 'code': {quoted_text(code)}"
    return f"{{{named}, 'points': {expression}}}"
