"""Every code of anomaly that is not a control of a suite: what it means, an example, what to do.

The codes are stable: programs and people rely on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.quality.anomalies import Anomaly, Gravity, Stage


@dataclass(frozen=True)
class Kind:
    """A kind of anomaly, in words."""

    stage: Stage
    meaning: str
    example: str
    remedy: str


_NEW_EXPORT = "Demandez un nouvel export."
MUST_CORRECT = "Corrigez la valeur : la ligne n'entre pas sans elle."
_CONFIRM = "Corrigez la valeur, ou écrivez « oui » dans la colonne « confirme » : la ligne entre sans elle."

_FILE: Mapping[str, Kind] = {
    "autre_flux": Kind(
        "fichier",
        "Les en-têtes sont ceux d'un autre flux.",
        "les radiations du SNE déposées comme des attributions",
        "Déposez le fichier dans le dossier de son flux.",
    ),
    "classeur_a_macros": Kind(
        "fichier",
        "Le classeur contient des macros.",
        "un .xlsm renommé en .xlsx",
        "Réenregistrez-le en « Classeur Excel (.xlsx) », sans macros, ou en CSV.",
    ),
    "classeur_illisible": Kind(
        "fichier",
        "Le classeur ne s'ouvre pas.",
        "un ancien .xls, un classeur protégé par un mot de passe, un fichier abîmé",
        "Ouvrez-le dans un tableur et réenregistrez-le en .xlsx.",
    ),
    "classeur_trop_grand": Kind(
        "fichier",
        "Le classeur est démesuré une fois décompressé.",
        "une feuille étendue jusqu'à la dernière ligne d'Excel",
        "Supprimez les lignes et les colonnes vides, ou déposez en CSV.",
    ),
    "encodage_inconnu": Kind(
        "fichier",
        "L'encodage du texte n'est ni UTF-8 ni Windows-1252.",
        "un export d'un système ancien",
        "Réenregistrez le fichier en « CSV UTF-8 ».",
    ),
    "encodages_meles": Kind(
        "fichier",
        "Le fichier mêle deux encodages.",
        "deux exports collés l'un sous l'autre",
        "Demandez un nouvel export, en entier en « CSV UTF-8 ».",
    ),
    "fichier_binaire": Kind(
        "fichier",
        "Le fichier .csv n'est pas du texte.",
        "un PDF, une archive ou un classeur renommé en .csv",
        "Enregistrez-le en CSV depuis le tableur, ou déposez le classeur .xlsx.",
    ),
    "fichier_coupe": Kind(
        "fichier",
        "Le fichier est coupé au milieu d'un caractère : l'envoi est incomplet.",
        "un téléchargement interrompu",
        "Demandez un nouvel envoi.",
    ),
    "fichier_vide": Kind("fichier", "Le fichier est vide.", "un fichier de 0 octet", _NEW_EXPORT),
    "ligne_trop_grande": Kind(
        "fichier",
        "Une ligne dépasse 1 Mo.",
        "un fichier dont les retours à la ligne sont perdus",
        _NEW_EXPORT,
    ),
    "trop_de_colonnes": Kind(
        "fichier",
        "Le fichier a plus de 1 000 colonnes.",
        "un export tourné : les lignes sont devenues des colonnes",
        "Gardez les colonnes utiles, ou demandez un nouvel export.",
    ),
    "erreur_imprevue": Kind(
        "fichier",
        "Le contrôle s'est arrêté sur une erreur du programme.",
        "aucun : c'est un défaut de l'observatoire",
        "Signalez-la sans donnée personnelle ; le fichier n'est pas en cause.",
    ),
    "periode_close": Kind(
        "fichier",
        "La période a été purgée : plus aucun fichier n'y entre.",
        "un fichier de 2019 déposé après la purge de 2019",
        "Rien à corriger : la période est close.",
    ),
}
_SETUP: Mapping[str, Kind] = {
    "entete_introuvable": Kind(
        "entetes",
        "Aucun en-tête n'est reconnu.",
        "un fichier sans ligne d'en-tête",
        "Ajoutez la ligne d'en-tête : « ppgd modele » donne les titres attendus.",
    ),
    "entete_manquant": Kind(
        "entetes",
        "Une colonne obligatoire manque, ou porte un titre inconnu.",
        "« Jour de la signature » au lieu de « Date de signature du bail »",
        "Renommez l'en-tête, ou ajoutez-le aux correspondances (clé « entetes »).",
    ),
    "entete_en_double": Kind(
        "entetes",
        "Plusieurs colonnes désignent la même chose.",
        "« commune » et « code INSEE » dans le même fichier",
        "Gardez-en une seule, ou renommez les autres.",
    ),
    "lot_refuse": Kind(
        "entetes",
        "Un autre fichier de la même livraison ne passe pas.",
        "les motifs du SNE refusés : les demandes le sont avec eux",
        "Corrigez le fichier nommé ; tout le lot est relu avec lui.",
    ),
}
_ROWS: Mapping[str, Kind] = {
    "trop_de_lignes_en_defaut": Kind(
        "blocages",
        "Trop de lignes en défaut : le fichier entier est refusé.",
        "12 lignes en défaut sur 100, pour un seuil de 5 %",
        "Corrigez d'abord l'erreur la plus fréquente : souvent une seule colonne est en cause.",
    ),
    "ligne_trop_courte": Kind(
        "blocages",
        "La ligne a moins de cellules que l'en-tête.",
        "une dernière ligne coupée",
        "Complétez la ligne, puis effacez la note à son bout.",
    ),
    "ligne_trop_longue": Kind(
        "blocages",
        "La ligne a plus de cellules que l'en-tête.",
        "un « ; » dans une adresse sans guillemets",
        "Remettez chaque valeur dans sa colonne, puis effacez ce qui dépasse.",
    ),
    "guillemet_isole": Kind(
        "blocages",
        "Un guillemet est ouvert et jamais refermé.",
        '24" rue des Lilas',
        "Supprimez le guillemet, ou remettez chaque valeur dans sa colonne.",
    ),
    "valeur_manquante": Kind(
        "blocages",
        "Cette valeur est obligatoire.",
        "un bail sans numéro unique",
        "Renseignez la cellule.",
    ),
    "date_apres_reception": Kind(
        "blocages",
        "La date est postérieure à la réception du fichier.",
        "un bail signé en 2052 au lieu de 2025",
        "Corrigez la date.",
    ),
    "numero_unique_illisible": Kind(
        "blocages",
        "Le tableur a écrit le numéro en notation scientifique : des chiffres sont perdus.",
        "9,74032E+17",
        "Mettez la colonne au format « Texte », puis recopiez le numéro depuis son logiciel.",
    ),
    "doublon": Kind(
        "blocages",
        "Une ligne plus bas porte la même clé : la dernière l'emporte.",
        "deux fois le même bail",
        "Supprimez la ligne de trop.",
    ),
    "valeur_invalide": Kind(
        "confirmations",
        "La valeur n'a pas la forme attendue. Bloquant dans une colonne obligatoire ou un axe.",
        "« 31/02/2025 » dans une colonne de dates",
        _CONFIRM,
    ),
    "valeur_hors_bornes": Kind(
        "confirmations",
        "La valeur est hors des bornes plausibles. Bloquant dans une colonne obligatoire ou un axe.",
        "un loyer de 41 200 € par mois",
        _CONFIRM,
    ),
    "code_inconnu": Kind(
        "confirmations",
        "Ce code n'est pas dans la liste. Bloquant dans une colonne obligatoire ou un axe.",
        "« T3 bis » dans une liste qui va de C à T6P",
        "Choisissez un code de la liste, ou ajoutez cette écriture aux correspondances (clé « codes »).",
    ),
    "code_a_confirmer": Kind(
        "confirmations",
        "Ce code n'est pas dans la liste connue, qui est ouverte : il est gardé, à confirmer.",
        "un nouveau motif d'exclusion du flux",
        "Écrivez « oui » dans la colonne « confirme », ou choisissez un code connu.",
    ),
    "valeur_personnelle": Kind(
        "confirmations",
        "La valeur a la forme d'une donnée personnelle : elle ne sort pas du dossier du dépôt.",
        "un numéro de téléphone dans un commentaire",
        "Effacez-la de cette colonne.",
    ),
    "entete_ignore": Kind(
        "informations",
        "Cette colonne n'est pas demandée : elle n'est pas lue.",
        "« Tel portable »",
        "Rien à faire ; mieux vaut ne pas l'envoyer si elle porte des données personnelles.",
    ),
    "lignes_ignorees": Kind(
        "informations",
        "Des lignes de total ou des doublons identiques ne sont pas comptés.",
        "une ligne « Total » en bas du tableau",
        "Rien à faire.",
    ),
}
CATALOGUE: Mapping[str, Kind] = {**_FILE, **_SETUP, **_ROWS}
CONTROL_REMEDY = "Vérifiez les lignes citées et la colonne nommée, puis renvoyez le fichier."


def remedy_of(code: str, gravity: Gravity) -> str:
    """Return what to do; a blocking value is never confirmed."""
    remedy = CATALOGUE[code].remedy
    return MUST_CORRECT if gravity == "bloquant" and remedy == _CONFIRM else remedy


def file_anomaly(code: str, explanation: str, correction: str = "") -> Anomaly:
    """Return the anomaly of a file as a whole, which refuses it."""
    kind = CATALOGUE[code]
    return Anomaly(code, "bloquant", kind.stage, explanation, correction=correction or kind.remedy)
