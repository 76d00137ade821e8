"""The score of one demande by one grid, worked out slowly, row by row, from the words of the rules.

It reads the grid as plain YAML values and shares nothing with the reader nor the compiler. Unknown is None.

- An unknown fact makes its test unknown; a known side may settle « toutes » or « une_de » all the same.
- A criterion met gives its points, 10 000 at most, within its own floor and cap. Unknown is not met.
- It counts if nothing that leaves it out has given points, and if its rubric chooses it.
- A rubric `max` chooses the met criterion that gives most, the first of equals; `coche` the first one met.
- Rubrics `somme`, blocs and the grid keep their sums within their floor and cap.
- The final score wants the certificate of a criterion that asks one; unknown certificate, unknown score.
"""

from dataclasses import dataclass
from decimal import Decimal

from tests.golden.grilles.logique import as_list, both, either, months_before, opposite, within

MOST = Decimal(10_000)


@dataclass
class Score:
    """What a grid says of a demande."""

    blocs: dict
    provisoire: Decimal
    definitif: Decimal | None
    points: dict
    comptes_definitifs: set | None
    inconnus: set
    non_disponibles: set
    ecretements: Decimal


class Reference:
    """One grid, one table of types of facts, and the facts no delivery gives."""

    def __init__(self, grille: dict, types: dict, sans_source: set) -> None:
        self.grille = grille
        self.types = types
        self.sans_source = sans_source
        self.criteria: dict = {}
        self.homes: dict = {}
        self.rubrics: dict = {}
        for bloc_code, bloc in grille["blocs"].items():
            for code, critere in bloc.get("criteres", {}).items():
                self.criteria[code], self.homes[code] = critere, (bloc_code, None)
            for rubric_code, rubric in bloc.get("rubriques", {}).items():
                self.rubrics[rubric_code] = rubric
                for code, critere in rubric["criteres"].items():
                    self.criteria[code], self.homes[code] = critere, (bloc_code, rubric_code)

    def applies(self, faits: dict) -> bool:
        """Tell whether the grid scores this demande on this day."""
        day = faits["date_faits"]
        end = self.grille.get("valide_au")
        public = self.grille.get("demandes", "toutes")
        return (
            faits["code_epci"] == self.grille["code_epci"]
            and self.grille["valide_du"] <= day
            and (end is None or day <= end)
            and (public == "toutes" or faits["type_demande"] == public)
        )

    def score(self, faits: dict) -> Score:
        """Work out the whole score."""
        state = {code: self.state(critere, faits) for code, critere in self.criteria.items()}
        missing = {code for code in self.criteria if state[code] == "non_disponible"}
        unknown = {code for code in self.criteria if state[code] is None}
        met = {code for code in self.criteria if state[code] is True}
        points = self.settle(met, faits)
        blocs, total, trimmed = self.sums(points)
        certain, doubtful = set(), False
        for code in met:
            piece = self.criteria[code].get("certifie_par")
            if piece is None:
                certain.add(code)
            elif "pieces_certifiees" in self.sans_source or faits["pieces_certifiees"] is None:
                doubtful = True
            elif piece in faits["pieces_certifiees"]:
                certain.add(code)
        final_points = self.settle(certain, faits)
        return Score(
            blocs=blocs,
            provisoire=total,
            definitif=None if doubtful else self.sums(final_points)[1],
            points=points,
            comptes_definitifs=None if doubtful else set(final_points),
            inconnus=unknown,
            non_disponibles=missing,
            ecretements=trimmed,
        )

    def state(self, critere: dict, faits: dict) -> object:
        """Return True, False, None (unknown) or « non_disponible »."""
        named = set(self.facts_in(critere["si"])) if "si" in critere else set()
        if "selon" in critere:
            named.add(critere["selon"])
        if named & self.sans_source:
            return "non_disponible"
        condition = self.holds(critere["si"], faits) if "si" in critere else True
        reached = True
        if "selon" in critere:
            value = self.quantity(critere["selon"], critere.get("depuis_mois"), faits)
            if value is None:
                reached = None
            elif "tranches" in critere:
                reached = self.tranche_of(critere, value) is not None
            else:
                reached = value >= critere.get("a_partir_de", 0)
        return both([condition, reached])

    def facts_in(self, si: dict) -> list:
        found = []
        for key, value in si.items():
            if key in ("toutes", "une_de", "aucune_de"):
                for item in value:
                    found += self.facts_in(item)
            else:
                found.append(key)
        return found

    def holds(self, si: dict, faits: dict) -> bool | None:
        results = []
        for key, value in si.items():
            if key == "toutes":
                results.append(both([self.holds(item, faits) for item in value]))
            elif key == "une_de":
                results.append(either([self.holds(item, faits) for item in value]))
            elif key == "aucune_de":
                results.append(opposite(either([self.holds(item, faits) for item in value])))
            else:
                results.append(self.test(key, value, faits))
        return both(results)

    def test(self, fact: str, wanted: object, faits: dict) -> bool | None:
        if isinstance(wanted, dict):
            return both(
                [
                    self.compare(fact, operator, value, wanted.get("depuis_mois"), faits)
                    for operator, value in wanted.items()
                    if operator != "depuis_mois"
                ]
            )
        return self.compare(fact, "egal", wanted, None, faits)

    def compare(
        self, fact: str, operator: str, wanted: object, months: int | None, faits: dict
    ) -> bool | None:
        held = faits[fact]
        if operator == "renseigne":
            return (held is not None) == (wanted == "oui")
        if held is None:
            return None
        kind = self.types[fact]
        if kind == "booleen":
            return held == (wanted == "oui")
        if kind in ("texte", "liste"):
            codes = wanted if isinstance(wanted, list) else [wanted]
            found = held in codes if kind == "texte" else any(code in held for code in codes)
            return not found if operator == "sauf" else found
        value = self.quantity(fact, months, faits)
        return {
            "egal": value == wanted,
            "au_moins": value >= wanted,
            "au_plus": value <= wanted,
            "plus_de": value > wanted,
            "moins_de": value < wanted,
        }[operator]

    def quantity(self, fact: str, months: int | None, faits: dict) -> object:
        held = faits[fact]
        if held is None or self.types[fact] != "dates":
            return held
        day = faits["date_faits"]
        kept = 0
        for event in held:
            past = event <= day
            recent = months is None or event >= months_before(day, months)
            if past and recent:
                kept += 1
        return kept

    def tranche_of(self, critere: dict, value: object) -> dict | None:
        for tranche in critere["tranches"]:
            above = "de" not in tranche or value >= tranche["de"]
            below = "a" not in tranche or value < tranche["a"]
            if above and below:
                return tranche
        return None

    def amount(self, critere: dict, faits: dict) -> Decimal:
        """Return the points of a criterion that is met."""
        if "selon" not in critere:
            return within(critere["points"], critere)
        value = self.quantity(critere["selon"], critere.get("depuis_mois"), faits)
        if "tranches" in critere:
            return within(self.tranche_of(critere, value)["points"], critere)
        beyond = Decimal(value) - Decimal(critere.get("a_partir_de", 0))
        units = beyond // Decimal(critere["pour_chaque"])
        return within(max(-MOST, min(MOST, units * critere["points"])), critere)

    def settle(self, met: set, faits: dict) -> dict:
        """Return the points of the criteria that count, those worth nothing left out.

        Each criterion waits until all that could leave it out is settled, its rubric's fellows included.
        """
        settled: dict = {}
        while len(settled) < len(self.criteria):
            for code in self.criteria:
                if code in settled:
                    continue
                group = self.fellows(code)
                needed = {other for member in group for other in self.excluders(member)}
                if not needed <= set(settled):
                    continue
                candidates = [
                    member
                    for member in group
                    if member in met and not any(settled[other] for other in self.excluders(member))
                ]
                chosen = self.choose(code, candidates, faits)
                for member in group:
                    counts = member in chosen
                    settled[member] = self.amount(self.criteria[member], faits) if counts else Decimal(0)
        return {code: points for code, points in settled.items() if points}

    def fellows(self, code: str) -> list:
        rubric = self.rubrics.get(self.homes[code][1])
        return list(rubric["criteres"]) if rubric and rubric["regle"] != "somme" else [code]

    def choose(self, code: str, candidates: list, faits: dict) -> list:
        rubric = self.rubrics.get(self.homes[code][1])
        if rubric is None or rubric["regle"] == "somme" or not candidates:
            return candidates
        if rubric["regle"] == "coche":
            return candidates[:1]
        best = max(self.amount(self.criteria[member], faits) for member in candidates)
        return [member for member in candidates if self.amount(self.criteria[member], faits) == best][:1]

    def excluders(self, code: str) -> set:
        """Return the criteria whose points leave this one out: named by it, its rubric or its bloc."""
        bloc, rubric = self.homes[code]
        named = list(as_list(self.criteria[code].get("sauf_si_compte")))
        named += as_list(self.grille["blocs"][bloc].get("sauf_si_compte"))
        if rubric:
            named += as_list(self.rubrics[rubric].get("sauf_si_compte"))
        found = set()
        for name in named:
            found |= {
                other
                for other, (home, home_rubric) in self.homes.items()
                if name in (other, home, home_rubric)
            }
        return found

    def sums(self, points: dict) -> tuple:
        """Return the subtotal of each bloc, the total, and what floors and caps changed on the way."""
        blocs, trimmed = {}, Decimal(0)
        for bloc_code, bloc in self.grille["blocs"].items():
            subtotal = sum((points.get(code, Decimal(0)) for code in bloc.get("criteres", {})), Decimal(0))
            for rubric in bloc.get("rubriques", {}).values():
                raw = sum((points.get(code, Decimal(0)) for code in rubric["criteres"]), Decimal(0))
                subtotal += within(raw, rubric)
                trimmed += within(raw, rubric) - raw
            blocs[bloc_code] = within(subtotal, bloc)
            trimmed += blocs[bloc_code] - subtotal
        raw = sum(blocs.values(), Decimal(0))
        total = within(raw, self.grille)
        return blocs, total, trimmed + total - raw
