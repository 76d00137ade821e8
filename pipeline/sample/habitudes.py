"""How each bailleur writes its file: format, headers and their drift, codes, dates. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipeline.sample.calendrier import SANS_DATE_BAIL, incident_of
from pipeline.sample.geographie import CODES_TRIMESTRES

CODES = {code: code for code in ("PPRIOR", "PFONCT", "COLACT", "COLTER", "AUTRES", "AUCUN")}
LIBELLES = {
    "PPRIOR": "Préfet prioritaires",
    "PFONCT": "Préfet fonctionnaires",
    "COLACT": "Employeurs",
    "COLTER": "Mairie",
    "AUTRES": "Autre",
    "AUCUN": "Hors contingent",
}
CODES_RPLS = {"PPRIOR": "2", "PFONCT": "5", "COLACT": "3", "COLTER": "41", "AUTRES": "6", "AUCUN": "7"}
CONTINGENTS = {
    "PPRIOR": "Contingent préfet prioritaires",
    "PFONCT": "Contingent préfet fonctionnaires",
    "COLACT": "1% logement",
    "COLTER": "EPCI",
    "AUTRES": "Autre",
    "AUCUN": "Contingent propre",
}
ENTETE_INCONNU = "Jour de la signature"
_PREMIER = CODES_TRIMESTRES[0]


@dataclass(frozen=True)
class Habitude:
    """One bailleur's way of writing, from a quarter on. `entetes`: column → header, in the file's order."""

    fournisseur: str
    depuis: str
    entetes: Mapping[str, str]
    extension: str = "csv"
    separateur: str = ";"
    encodage: str = "utf-8"
    fin_de_ligne: str = "\r\n"
    dates: str = "%d/%m/%Y"
    decimale: str = ","
    separateur_numero: str = ""
    prefixe_numero: str = ""
    minuscules: bool = False
    reservataires: Mapping[str, str] = field(default_factory=lambda: CODES)
    typologie: str = "T{}"
    siret: bool = False
    oui: str = "OUI"
    non: str = "NON"
    inconnu: str = ""
    titres: tuple[str, ...] = ()


_ALIZE = Habitude(
    "alize",
    _PREMIER,
    {
        name: name
        for name in (
            "numero_unique", "siren_bailleur", "logement", "code_commune", "date_bail", "date_caleol",
            "reservataire", "designataire", "typologie", "financement", "loyer_principal_eur", "code_qpv",
            "en_qpv", "ressources_uc_annuelles_eur", "est_premier_quartile", "en_flux", "motif_hors_flux",
            "nom", "prenom", "telephone", "commentaire",
        )
    },
    encodage="utf-8-sig",
)  # fmt: skip
_BASSIN_BLEU = Habitude(
    "bassin-bleu",
    _PREMIER,
    {
        "date_bail": "Date signature bail",
        "date_caleol": "Date de la commission",
        "numero_unique": "Numéro unique départemental",
        "nom": "Nom du titulaire",
        "prenom": "Prénom locataire",
        "siren_bailleur": "SIREN bailleur",
        "logement": "Numéro RPLS",
        "code_commune": "Code INSEE",
        "typologie": "Type de logement",
        "financement": "Type de financement",
        "loyer_principal_eur": "Loyer HC",
        "code_qpv": "Code quartier prioritaire",
        "reservataire": "Réservataire",
        "ressources_uc_annuelles_eur": "Ressources par UC",
        "agence": "Agence",
        "commentaire": "Observations",
    },
    encodage="cp1252",
    dates="%d-%m-%Y 00:00:00",
    separateur_numero=" ",
    reservataires=LIBELLES,
    inconnu="NR",
)
_CAP_CORAIL = Habitude(
    "cap-corail",
    _PREMIER,
    {
        "siren_bailleur": "siret",
        "numero_unique": "n_unique",
        "logement": "ident_rep",
        "code_commune": "depcom",
        "reservataire": "contingent",
        "date_caleol": "date_cal",
        "date_bail": "dt_bail",
        "typologie": "nb pieces",
        "financement": "finan",
        "loyer_principal_eur": "loyer",
        "en_qpv": "qpv",
        "ressources_uc_annuelles_eur": "ressources/uc",
        "est_premier_quartile": "q1",
        "en_flux": "flux",
        "motif_hors_flux": "motif exclusion flux",
        "courriel": "email",
    },
    separateur=",",
    fin_de_ligne="\n",
    dates="%Y-%m-%d",
    decimale=".",
    reservataires=CODES_RPLS,
    typologie="{}",
    siret=True,
    oui="O",
    non="N",
    inconnu="n.c.",
)
_DODO = Habitude(
    "dodo",
    _PREMIER,
    {
        "numero_unique": "Numéro unique",
        "nom": "Nom",
        "prenom": "Prénom",
        "date_naissance": "Né le",
        "siren_bailleur": "SIRET bailleur",
        "logement": "N° RPLS",
        "adresse": "Adresse logement",
        "code_commune": "INSEE",
        "typologie": "Typo",
        "financement": "Financement",
        "loyer_principal_eur": "Montant loyer",
        "code_qpv": "QPV code",
        "en_qpv": "QPV oui/non",
        "reservataire": "Type réservataire",
        "date_caleol": "Date CAL",
        "date_bail": "Date du bail",
        "ressources_uc_annuelles_eur": "Ressources UC",
        "est_premier_quartile": "1er quartile",
    },
    extension="xlsx",
    prefixe_numero="'",
    reservataires=CONTINGENTS,
    typologie="F{}",
    siret=True,
    oui="1",
    non="0",
    titres=("Bailleur fictif Dodo — données fictives", "Fichier des attributions", ""),
)
_ECUME = Habitude(
    "ecume",
    _PREMIER,
    {
        "numero_unique": "NUMERO_UNIQUE",
        "code_commune": "commune",
        "logement": "id logement",
        "date_bail": "date de bail",
        "date_caleol": "date commission",
        "reservataire": "reservataire",
        "typologie": "typologie",
        "en_qpv": "quartier prioritaire",
        "siren_bailleur": "siren",
        "ressources_uc_annuelles_eur": "ressources uc",
        "loyer_principal_eur": "loyer principal",
        "commentaire": "Remarques",
    },
    encodage="cp1252",
    minuscules=True,
    separateur_numero="\u00a0",
)
_FILAOS = Habitude(
    "filaos",
    _PREMIER,
    {
        "siren_bailleur": "Siren",
        "logement": "Identifiant RPLS",
        "code_commune": "Code commune logement",
        "numero_unique": "Numéro de demande",
        "date_bail": "Date bail",
        "date_caleol": "Date CALEOL",
        "reservataire": "Contingent",
        "typologie": "Typologie",
        "code_qpv": "Code QPV",
        "loyer_principal_eur": "Loyer",
        "ressources_uc_annuelles_eur": "Ressources annuelles par unité de consommation",
        "telephone": "Portable",
    },
    titres=("Attributions du trimestre (données fictives)", ""),
)
_GOYAVIER = Habitude(
    "goyavier",
    _PREMIER,
    {
        "numero_unique": "num_unique",
        "siren_bailleur": "siren",
        "logement": "logement",
        "code_commune": "insee",
        "date_bail": "date du bail",
        "reservataire": "reservataire",
        "typologie": "typo",
        "en_qpv": "en qpv",
        "nom": "nom locataire",
        "ressources_uc_annuelles_eur": "ressources par uc",
    },
    oui="X",
    non="",
)
_SANS_SIREN = {column: header for column, header in _GOYAVIER.entetes.items() if column != "siren_bailleur"}
_RENOMMES_2024 = {
    "numero_unique": "nud",
    "date_bail": "date signature",
    "reservataire": "contingent",
    "en_qpv": "qpv",
}
_ALIZE_2024 = {column: _RENOMMES_2024.get(column, column) for column in reversed(list(_ALIZE.entetes))}
_DODO_2024 = {**_DODO.entetes, "date_bail": "Date de bail", "date_caleol": "Date CALEOL"}

HABITUDES = (
    _ALIZE,
    replace(_ALIZE, depuis="2024-T1", entetes=_ALIZE_2024),
    _BASSIN_BLEU,
    replace(_BASSIN_BLEU, depuis="2024-T3", dates="%d/%m/%Y", encodage="utf-8", reservataires=CONTINGENTS),
    _CAP_CORAIL,
    _DODO,
    replace(_DODO, depuis="2024-T2", entetes=_DODO_2024),
    _ECUME,
    _FILAOS,
    replace(
        _FILAOS,
        depuis="2024-T1",
        extension="xlsx",
        entetes={**_FILAOS.entetes, "en_qpv": "En QPV", "date_bail": "Date de signature du bail"},
        titres=("Bailleur fictif Filaos — données fictives", ""),
    ),
    _GOYAVIER,
    replace(_GOYAVIER, depuis="2024-T1", entetes=_SANS_SIREN),
    replace(_GOYAVIER, depuis="2024-T4", encodage="cp1252", dates="%Y-%m-%d"),
)  # fmt: skip


def habit_of(fournisseur: str, periode: str) -> Habitude:
    """Return how a bailleur writes that quarter; a refused quarter may have an unknown header."""
    known = [item for item in HABITUDES if item.fournisseur == fournisseur and item.depuis <= periode]
    habit = max(known, key=lambda item: item.depuis)
    incident = incident_of(fournisseur, periode)
    if incident and incident.nature == SANS_DATE_BAIL:
        return replace(habit, entetes={**habit.entetes, "date_bail": ENTETE_INCONNU})
    return habit
