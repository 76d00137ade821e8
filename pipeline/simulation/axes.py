"""The groups whose gains and losses are told; unknown is a group, `non_renseigne`."""

from collections.abc import Mapping

UNKNOWN = "non_renseigne"

AXES: Mapping[str, str] = {
    "type_demande": f"coalesce(type_demande, '{UNKNOWN}')",
    "dalo": f"case est_dalo when true then 'dalo' when false then 'hors_dalo' else '{UNKNOWN}' end",
    "tranche_age": (
        "case when age < 30 then 'moins_de_30' when age < 45 then '30_44' when age < 60 then '45_59' "
        f"when age < 75 then '60_74' when age >= 75 then '75_et_plus' else '{UNKNOWN}' end"
    ),
    "taille_menage": (
        "case when taille_menage >= 6 then '6_et_plus' "
        f"else coalesce(cast(taille_menage as varchar), '{UNKNOWN}') end"
    ),
    "quartile_ressources": f"coalesce(quartile_ressources, '{UNKNOWN}')",
    "localisation_qpv": (
        f"case est_adresse_en_qpv when true then 'qpv' when false then 'hors_qpv' else '{UNKNOWN}' end"
    ),
}
FACTS_OF_AXES = (
    "type_demande",
    "est_dalo",
    "age",
    "taille_menage",
    "quartile_ressources",
    "est_adresse_en_qpv",
)
# The order in which the values of an axis are read; the others follow, unknown last.
ORDER = (
    "mutation", "hors_mutation", "dalo", "hors_dalo",
    "moins_de_30", "30_44", "45_59", "60_74", "75_et_plus",
    "1", "2", "3", "4", "5", "6_et_plus", "R1", "R2", "R3", "R4", "qpv", "hors_qpv",
)  # fmt: skip


def in_order(modalite: str) -> tuple[bool, int, str]:
    """Return the sorting key of a value."""
    rank = ORDER.index(modalite) if modalite in ORDER else len(ORDER)
    return modalite == UNKNOWN, rank, modalite
