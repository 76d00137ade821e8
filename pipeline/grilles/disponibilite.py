"""Criteria that need a fact no delivery gives: « non_disponible », they give no points and it is said."""

from pipeline.grilles.modele import Grille
from pipeline.grilles.problemes import Recueil
from pipeline.grilles.vocabulaire import CERTIFIED, Vocabulaire


def unavailable_criteria(grille: Grille, vocabulaire: Vocabulaire) -> tuple[str, ...]:
    """Return the codes of the criteria that need such a fact."""
    return tuple(
        critere.code
        for critere in grille.criteres
        if any(not vocabulaire[fait].est_disponible for fait in critere.faits)
    )


def warn_unavailable(grille: Grille, vocabulaire: Vocabulaire, recueil: Recueil) -> None:
    """Say which criteria cannot be scored, and which certificates cannot be known."""
    missing = unavailable_criteria(grille, vocabulaire)
    for critere in grille.criteres:
        if critere.code in missing:
            facts = [fait for fait in critere.faits if not vocabulaire[fait].est_disponible]
            recueil.warn(
                critere.ligne,
                (critere.code,),
                f"Critère non disponible : aucun dépôt ne donne {', '.join(facts)}.",
                "Il ne donne pas de points, et chaque résultat le dit.",
            )
        elif critere.certifie_par and not vocabulaire[CERTIFIED].est_disponible:
            recueil.warn(
                critere.ligne,
                (critere.code, "certifie_par"),
                "Aucun dépôt ne donne les pièces certifiées.",
                "Le score définitif de ceux qui remplissent ce critère est inconnu ; le provisoire compte.",
            )
