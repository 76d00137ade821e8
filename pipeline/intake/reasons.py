"""Why a delivery was accepted with reservations or refused, in sentences without personal values."""

from collections.abc import Container, Mapping, Sequence
from difflib import get_close_matches

from pipeline.feeds import Column, Feed

_MOST_NAMED = 20
_LONGEST_SHOWN = 60
_FAULTS = {
    "ligne_trop_courte": "lignes trop courtes",
    "ligne_trop_longue": "lignes trop longues",
    "guillemet_isole": "lignes au guillemet isolé",
    "valeur_manquante": "valeurs obligatoires absentes",
    "valeur_invalide": "valeurs illisibles",
    "valeur_hors_bornes": "valeurs hors bornes",
    "code_inconnu": "codes inconnus",
    "code_a_confirmer": "codes à confirmer",
    "valeur_personnelle": "valeurs à la forme d'une donnée personnelle",
    "date_apres_reception": "dates postérieures à la réception",
    "numero_unique_illisible": "numéros en notation scientifique",
    "doublon": "doublons de clé (la dernière ligne l'emporte)",
}


def tell_faults(faults: Mapping[tuple[str, str], int]) -> list[str]:
    """Say how many values of each column have each fault.

    >>> tell_faults({("date_bail", "valeur_invalide"): 2})
    ['date_bail : valeurs illisibles (2)']
    """
    return [
        f"{column} : {_FAULTS[fault]} ({times})" if column else f"{_FAULTS[fault]} ({times})"
        for (column, fault), times in sorted(faults.items())
        if times
    ]


def tell_codes(
    feed: Feed, codes: Mapping[tuple[str, str], int], quotable: Container[tuple[str, str]] = ()
) -> list[str]:
    """Name the unknown codes that may be quoted, with the nearest known one, and the remedy.

    Another value may be a personal one in the wrong column: it is counted here and told in the
    rejects file, which stays in data/raw.
    """
    columns = {column.name: column for column in feed.columns}
    told = []
    for name in sorted({name for name, _ in codes}):
        words = sorted(word for column, word in codes if column == name)
        named = [word for word in words if (name, word) in quotable][:_MOST_NAMED]
        others = len(words) - len(named)
        parts = [_with_nearest(word, columns[name]) for word in named]
        if others:
            parts.append(f"{counted(others, 'autre', 'autres')}, voir rejets.csv du dépôt")
        told.append(
            f"{name} : codes hors liste : {', '.join(parts)} "
            f"— ajoutez-les à correspondances/{feed.name}.yml (clé « codes »)"
        )
    return told


def _with_nearest(word: str, column: Column) -> str:
    named, near = f"« {shown(word)} »", nearest_code(word, column)
    return f"{named} (proche de {near})" if near else named


def nearest_code(word: str, column: Column) -> str | None:
    """Return the code one of whose writings is near the word."""
    writings = {
        form: code for code, spec in column.codes.items() for form in (code, spec.libelle, *spec.synonymes)
    }
    near = get_close_matches(word, writings, n=1, cutoff=0.5)
    return writings[near[0]] if near else None


def shown(word: str) -> str:
    r"""Write a header or a code as a message may: one short line, without control characters.

    >>> shown("Date du\n\x1b[31mbail ")
    'Date du [31mbail'
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in word).split())[
        :_LONGEST_SHOWN
    ]


def tell_headers(unknown: Sequence[str]) -> list[str]:
    """Name the extra headers, which are ignored."""
    if not unknown:
        return []
    listed = ", ".join(f"« {shown(header)} »" for header in unknown[:_MOST_NAMED])
    rest = f" et {len(unknown) - _MOST_NAMED} autres" if len(unknown) > _MOST_NAMED else ""
    return [f"En-têtes ignorés : {listed}{rest}"]


def tell_rejected(rejected: int, ignored: int, read: int) -> list[str]:
    """Say how many rows were rejected or ignored.

    >>> tell_rejected(3, 1, 159)
    ['3 lignes rejetées sur 159', '1 ligne ignorée : total ou doublon identique']
    """
    told = [f"{counted(rejected, 'ligne rejetée', 'lignes rejetées')} sur {read}"] if rejected else []
    if ignored:
        told.append(f"{counted(ignored, 'ligne ignorée', 'lignes ignorées')} : total ou doublon identique")
    return told


def counted(number: int, one: str, several: str) -> str:
    """Write a number with the right form of its noun.

    >>> counted(0, "dépôt", "dépôts"), counted(2, "dépôt", "dépôts")
    ('0 dépôt', '2 dépôts')
    """
    return f"{number} {several if number > 1 else one}"
