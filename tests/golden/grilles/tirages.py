"""Grids and demandes drawn at random, every feature mixed; the same seed draws the same ones."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

BLOCS = ["priorites_nationales", "priorites_locales", "historique"]
CODES = {
    "type_demande": ["mutation", "hors_mutation"],
    "mode_logement_actuel": ["HLM", "LP", "SD", "CPE", "HOT"],
    "statut_dalo": ["ACTIF", "CADUC", "NON", "ACTREL"],
    "quartile_ressources": ["R1", "R2", "R3", "R4"],
    "motifs": ["01", "05", "07", "09", "12", "19"],
    "motif_priorite": [
        "urgence",
        "l'oubli",
        'dit "urgent"',
        "'; drop table faits; --",
        "a\\b",
        "{etape}",
        "n0",
    ],
    "labels_syplo": ["DALO", "ACD", "EXPULSION"],
    "pieces_certifiees": ["mdph", "attestation", "bail"],
}
YES_NO = ["est_dalo", "est_adresse_en_qpv", "est_delai_anormalement_long"]
WHOLE = {
    "taille_menage": (1, 9),
    "age": (18, 90),
    "anciennete_mois_revolus": (0, 130),
    "personnes_moins_pieces": (-5, 5),
}
DECIMAL = {
    "unites_consommation": (1, 6, 2),
    "taux_effort_propose": (0, 1, 4),
    "montant_ressources_uc_annuelles_eur": (0, 40_000, 4),
}
EVENTS = ["dates_refus_proposition", "dates_caleol_sans_proposition"]
WITHOUT_SOURCE = {"distance_domicile_travail_km": (0, 60, 1)}
MISSING = 0.12
LAST_DAYS = [date(2024, 2, 29), date(2024, 3, 31), date(2023, 12, 31), date(2024, 5, 31)]


def draw_demande(rng: Random, rank: int, epci: str) -> dict:
    """Draw the facts of a demande at a date, some of them unknown."""
    day = (
        rng.choice(LAST_DAYS) if rng.random() < 0.3 else date(2023, 1, 1) + timedelta(days=rng.randrange(900))
    )
    faits: dict = {"demande_id": f"d{rank}", "code_epci": epci, "date_faits": day}
    for name, codes in CODES.items():
        if name in ("motifs", "labels_syplo", "pieces_certifiees"):
            faits[name] = rng.sample(codes, rng.randrange(len(codes)))
        else:
            faits[name] = rng.choice(codes)
    for name in YES_NO:
        faits[name] = rng.random() < 0.5
    for name, (low, high) in WHOLE.items():
        faits[name] = rng.randint(low, high)
    for name, (low, high, decimals) in {**DECIMAL, **WITHOUT_SOURCE}.items():
        faits[name] = draw_decimal(rng, low, high, decimals)
    for name in EVENTS:
        faits[name] = [
            day - timedelta(days=rng.randint(-40, 1_000)) for _ in range(rng.choice([0, 0, 1, 2, 5]))
        ]
        if rng.random() < 0.2:
            faits[name].append(rng.choice(LAST_DAYS))
    for name in faits:
        if name not in ("demande_id", "code_epci", "date_faits") and rng.random() < MISSING:
            faits[name] = None
    return faits


def draw_decimal(rng: Random, low: float, high: float, decimals: int) -> Decimal:
    scale = 10**decimals
    return Decimal(rng.randint(int(low * scale), int(high * scale))).scaleb(-decimals)


def draw_points(rng: Random) -> Decimal:
    return rng.choice(
        [
            Decimal(rng.randint(-60, 100)),
            draw_decimal(rng, -20, 50, 2),
            draw_decimal(rng, -5, 5, 1),
            Decimal(0),
        ]
    )


def draw_bounds(rng: Random, chance: float) -> dict:
    bounds = {}
    floor, cap = sorted([draw_points(rng), draw_points(rng)])
    if rng.random() < chance:
        bounds["plafond"] = cap
    if rng.random() < chance:
        bounds["plancher"] = floor
    return bounds


def draw_number(rng: Random, fact: str) -> object:
    if fact in WHOLE:
        return rng.randint(*WHOLE[fact])
    if fact in EVENTS:
        return rng.randint(0, 3)
    low, high, decimals = {**DECIMAL, **WITHOUT_SOURCE}[fact]
    return draw_decimal(rng, low, high, decimals)


def draw_test(rng: Random) -> tuple[str, object]:
    """Draw a fact and what it is compared with."""
    kind = rng.choice(["code", "code", "yes", "number", "number", "events", "known"])
    if kind == "known":
        return rng.choice([*CODES, *YES_NO, *WHOLE, *EVENTS]), {"renseigne": rng.choice(["oui", "non"])}
    if kind == "yes":
        return rng.choice(YES_NO), rng.choice(["oui", "non"])
    if kind == "code":
        fact = rng.choice([name for name in CODES if name != "pieces_certifiees"])
        codes = rng.sample(CODES[fact], rng.randint(1, 2))
        return fact, rng.choice(
            [codes, codes[0], {"sauf": codes}, {"parmi": codes}, {"parmi": codes, "renseigne": "oui"}]
        )
    names = (
        EVENTS if kind == "events" else [*WHOLE, *DECIMAL, *(WITHOUT_SOURCE if rng.random() < 0.1 else ())]
    )
    fact = rng.choice(names)
    first = draw_number(rng, fact)
    operator = rng.choice(["egal", "au_moins", "au_plus", "plus_de", "moins_de"])
    test: dict = {operator: first}
    if operator == "au_moins" and rng.random() < 0.4:
        test["au_plus"] = max(first, draw_number(rng, fact))
    if fact in EVENTS:
        return fact, test | ({"depuis_mois": rng.choice([1, 6, 12, 24])} if rng.random() < 0.7 else {})
    return fact, (first if rng.random() < 0.2 else test)


def draw_condition(rng: Random, depth: int = 0) -> dict:
    """Draw a map of tests and joins."""
    si: dict = {}
    for _ in range(rng.choice([1, 1, 2])):
        if depth < 2 and rng.random() < 0.3:
            items = [draw_condition(rng, depth + 1) for _ in range(rng.randint(1, 3))]
            si[rng.choice(["toutes", "une_de", "aucune_de"])] = items
        else:
            fact, test = draw_test(rng)
            si[fact] = test
    return si


def draw_criterion(rng: Random) -> dict:
    """Draw one criterion of any of the three forms."""
    critere: dict = {"libelle": "Critère tiré au hasard", **draw_bounds(rng, 0.25)}
    form = rng.choice(["fixe", "fixe", "unite", "tranches"])
    if form == "fixe" or rng.random() < 0.3:
        critere["si"] = draw_condition(rng)
    if form != "fixe":
        names = [*WHOLE, *DECIMAL, *EVENTS, *EVENTS, *(WITHOUT_SOURCE if rng.random() < 0.1 else ())]
        critere["selon"] = rng.choice(names)
        if critere["selon"] in EVENTS and rng.random() < 0.7:
            critere["depuis_mois"] = rng.choice([1, 6, 12, 24])
    if form == "tranches":
        critere["tranches"] = draw_tranches(rng, critere["selon"])
        return critere
    critere["points"] = draw_points(rng)
    if form == "unite":
        critere["pour_chaque"] = max(draw_number(rng, critere["selon"]), 1)
        if rng.random() < 0.5:
            critere["a_partir_de"] = draw_number(rng, critere["selon"])
    if rng.random() < 0.2:
        critere["certifie_par"] = rng.choice(CODES["pieces_certifiees"])
    return critere


def draw_tranches(rng: Random, fact: str) -> list:
    """Draw tranches apart from each other, with holes and open ends."""
    ends = sorted({draw_number(rng, fact) for _ in range(rng.randint(2, 6))})
    if len(ends) == 1:
        return [{"de": ends[0], "points": draw_points(rng)}]
    tranches = []
    for low, high in pairwise(ends):
        if rng.random() < 0.8:
            tranches.append({"de": low, "a": high, "points": draw_points(rng)})
    if rng.random() < 0.5:
        tranches.append({"de": ends[-1], "points": draw_points(rng)})
    if rng.random() < 0.3 or not tranches:
        tranches.append({"a": ends[0], "points": draw_points(rng)})
    rng.shuffle(tranches)
    return tranches


def draw_grid(rng: Random, epci: str) -> dict:
    """Draw a whole grid; exclusions follow a hidden order, so that none turns round."""
    grille = {
        "grille": "TIRAGE_FICTIF",
        "version": "1",
        "libelle": "Grille fictive tirée au hasard",
        "code_epci": epci,
        "demandes": rng.choice(["toutes", "toutes", "mutation", "hors_mutation"]),
        "valide_du": date(2023, rng.randint(1, 8), 1),
        "statut": "projet",
        "fictive": "oui",
        "source": "Tirage",
        **draw_bounds(rng, 0.3),
    }
    if rng.random() < 0.4:
        grille["valide_au"] = date(2024, rng.randint(6, 12), 28)
    counter = iter(range(100))
    blocs, before = {}, []
    for bloc_code in rng.sample(BLOCS, rng.randint(1, 3)):
        blocs[bloc_code], codes = draw_bloc(rng, counter, before)
        before += [bloc_code, *codes]
    names = list(blocs)
    rng.shuffle(names)
    grille["blocs"] = {name: blocs[name] for name in names}
    return grille


def draw_bloc(rng: Random, counter: object, before: list) -> tuple[dict, list]:
    bloc: dict = draw_bounds(rng, 0.3)
    if before and rng.random() < 0.25:
        bloc["sauf_si_compte"] = rng.choice(before)
    criteria, rubrics, known = {}, {}, list(before)
    for _ in range(rng.randint(1, 6)):
        if rng.random() < 0.35:
            code = f"R{next(counter)}"
            rubrics[code] = rubric = {"regle": rng.choice(["max", "coche", "somme"]), "criteres": {}}
            if rubric["regle"] == "somme":
                rubric |= draw_bounds(rng, 0.5)
            members = [f"C{next(counter)}" for _ in range(rng.randint(1, 4))]
            exclude(rng, rubric, known)
            for rank, member in enumerate(members):
                settled = [*known, *members[:rank]] if rubric["regle"] == "somme" else known
                rubric["criteres"][member] = exclude(rng, draw_criterion(rng), settled)
            known += [code, *members]
        else:
            code = f"c{next(counter)}"
            criteria[code] = exclude(rng, draw_criterion(rng), known)
            known.append(code)
    if criteria:
        bloc["criteres"] = criteria
    if rubrics:
        bloc["rubriques"] = rubrics
    return bloc, known[len(before) :]


def exclude(rng: Random, part: dict, known: list) -> dict:
    if known and rng.random() < 0.25:
        part["sauf_si_compte"] = rng.sample(known, min(len(known), rng.randint(1, 2)))
    return part
