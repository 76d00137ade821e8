"""A grid that is accepted, to be spoilt one way at a time, and what its refusal says."""

from pathlib import Path

import pytest

from pipeline.grilles.grilles import parse_grille
from pipeline.grilles.problemes import GrilleRefuseeError

ENTETE = """grille: ESSAI_FICTIF
version: "1"
libelle: Essai fictif
code_epci: "249740119"
valide_du: 2024-01-01
statut: projet
fictive: oui
source: Essai
"""
BLOC = "blocs:\n  priorites_locales:\n    criteres:\n"
CRITERE = "      A:\n        libelle: Un critère\n"
CORPS = BLOC + CRITERE + "        points: 5\n        si: {est_dalo: oui}\n"
BON = ENTETE + CORPS


def refusal(content: str) -> list[str]:
    with pytest.raises(GrilleRefuseeError) as caught:
        parse_grille(content, Path("essai.yml"))
    return [str(item) for item in caught.value.problemes]


def only(content: str) -> str:
    (told,) = refusal(content)
    return told


def with_criterion(*lines: str) -> str:
    return ENTETE + BLOC + CRITERE + "".join(f"        {line}\n" for line in lines)
