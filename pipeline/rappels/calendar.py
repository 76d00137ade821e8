"""The calendar: which feed is expected, from whom, how often and how long after the period's end."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path

from pipeline.periods import Cadence, Periode
from pipeline.rappels.documents import read_document, refuse_all

STEPS = (-15, -3, 7, 21)
_CADENCES: dict[str, Cadence] = {
    "trimestrielle": "trimestre",
    "semestrielle": "semestre",
    "annuelle": "annee",
}
_NEEDED = {"flux", "fournisseurs", "cadence", "delai_jours", "depuis"}
_KNOWN = _NEEDED | {"jusqu_a"}
_LONGEST_DELAY = 366
_REMEDE = "Corrigez le calendrier ; docs/rappels.md en montre un."


@dataclass(frozen=True, order=True)
class Expected:
    """One delivery to come: a feed, a period, a provider, and the day it is due."""

    flux: str
    periode: Periode
    fournisseur: str
    echeance: date

    @property
    def label(self) -> str:
        """Return how messages call it: feed, period, provider."""
        return f"{self.flux} {self.periode.code} {self.fournisseur}"

    @property
    def opening(self) -> date:
        """Return the first day it is worth listing: its period is over, or its first reminder is due."""
        return min(self.periode.dernier_jour + timedelta(days=1), self.echeance + timedelta(days=STEPS[0]))


@dataclass(frozen=True)
class Rule:
    """One entry of the calendar, for one provider."""

    flux: str
    fournisseur: str
    delai_jours: int
    depuis: Periode
    jusqu_a: Periode | None

    def expected(self, day: date) -> Iterator[Expected]:
        """Yield the deliveries whose time has come, oldest first."""
        periode = self.depuis
        while self.jusqu_a is None or periode <= self.jusqu_a:
            due = periode.dernier_jour + timedelta(days=self.delai_jours)
            delivery = Expected(self.flux, periode, self.fournisseur, due)
            if delivery.opening > day:
                return
            yield delivery
            periode = periode.suivante

    def overlaps(self, other: "Rule") -> bool:
        """Tell whether both entries expect the same days of the same feed from the same provider."""
        same = (self.flux, self.fournisseur.casefold()) == (other.flux, other.fournisseur.casefold())
        latest_start = max(self.depuis.premier_jour, other.depuis.premier_jour)
        ends = [rule.jusqu_a.dernier_jour for rule in (self, other) if rule.jusqu_a]
        return same and all(latest_start <= end for end in ends)


@dataclass(frozen=True)
class Calendar:
    """What an observatory expects; without a file, nothing."""

    rules: tuple[Rule, ...] = ()

    def expected(self, day: date) -> list[Expected]:
        """Return what is expected so far, by feed, period and provider."""
        return sorted(delivery for rule in self.rules for delivery in rule.expected(day))


def load_calendar(path: Path, feeds: Collection[str]) -> Calendar:
    """Read calendrier.yml; raises MisuseError telling every problem at once."""
    if not path.exists():
        return Calendar()
    content = read_document(path)
    entries = content.get("attendus") if isinstance(content, Mapping) else None
    if not isinstance(entries, list) or not isinstance(content, Mapping) or set(content) != {"attendus"}:
        refuse_all(path, ["attendu : une seule clé, « attendus », et sa liste"], _REMEDE)
        return Calendar()
    problems: list[str] = []
    rules: list[Rule] = []
    for rank, entry in enumerate(entries, start=1):
        wrong = list(_problems(entry, feeds))
        problems += [f"entrée {rank} : {problem}" for problem in wrong]
        rules += [] if wrong else _rules(entry)
    problems += [
        f"{one.flux} est attendu deux fois de {one.fournisseur} aux mêmes dates"
        for one, other in combinations(rules, 2)
        if one.overlaps(other)
    ]
    refuse_all(path, problems, _REMEDE)
    return Calendar(tuple(rules))


def _problems(entry: object, feeds: Collection[str]) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"attendu : {', '.join(sorted(_NEEDED))}"
        return
    yield from (f"« {name} » manque" for name in sorted(_NEEDED - set(entry)))
    yield from (f"« {name} » est inconnu" for name in sorted(map(str, set(entry) - _KNOWN)))
    if "flux" in entry:
        yield from _feed_problem(str(entry["flux"]), feeds)
    if "fournisseurs" in entry:
        yield from _provider_problems(entry["fournisseurs"])
    if "delai_jours" in entry:
        yield from _delay_problem(entry["delai_jours"])
    yield from _period_problems(entry)


def _feed_problem(flux: str, feeds: Collection[str]) -> Iterator[str]:
    if flux not in feeds:
        near = get_close_matches(flux, feeds, n=1)
        yield f"flux inconnu « {flux} »" + (f" ; vouliez-vous dire « {near[0]} » ?" if near else "")


def _provider_problems(providers: object) -> Iterator[str]:
    if not isinstance(providers, list) or not providers:
        yield "« fournisseurs » est une liste de noms de fichiers, sans extension"
    elif any(not isinstance(name, str) or not name.strip() for name in providers):
        yield "un fournisseur est un nom ; mettez-le entre guillemets s'il ressemble à un nombre ou à oui/non"


def _delay_problem(delay: object) -> Iterator[str]:
    if type(delay) is not int or not 0 <= delay <= _LONGEST_DELAY:
        yield f"« delai_jours » est un nombre de jours après la fin de la période, de 0 à {_LONGEST_DELAY}"


def _period_problems(entry: Mapping[str, object]) -> Iterator[str]:
    cadence = _CADENCES.get(str(entry.get("cadence")))
    if "cadence" in entry and cadence is None:
        yield f"cadence « {entry['cadence']} » inconnue : {', '.join(_CADENCES)}"
    bounds: list[Periode] = []
    for name in ("depuis", "jusqu_a"):
        if name not in entry:
            continue
        try:
            bound = Periode.parse(str(entry[name]))
        except ValueError as error:
            yield f"« {name} » : {error}".rstrip(".")
            continue
        bounds.append(bound)
        if cadence and bound.cadence != cadence:
            yield f"« {name} » : {bound.code} n'est pas une période {entry['cadence']}"
    if bounds != sorted(bounds):
        yield "« jusqu_a » vient avant « depuis »"


def _rules(entry: Mapping[str, object]) -> list[Rule]:
    providers, delay = entry["fournisseurs"], entry["delai_jours"]
    assert isinstance(providers, list)
    assert isinstance(delay, int)
    since = Periode.parse(str(entry["depuis"]))
    until = Periode.parse(str(entry["jusqu_a"])) if "jusqu_a" in entry else None
    return [Rule(str(entry["flux"]), name.strip(), delay, since, until) for name in providers]
