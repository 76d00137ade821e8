"""The other partners agree with what was drawn: flow, conventions, rehousing, exchanges, supply, software."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.headers import HeaderBook
from pipeline.sample.conventions import CATEGORIES
from pipeline.sample.fichiers_flux import FICHIER_REFUSE
from pipeline.sample.flux import EXCLUSIONS, OUVERTURE
from pipeline.sample.geographie import CODE_EPCI
from pipeline.sample.interfaces import ABSENTE, INCONNUE, LABEL_DIFFERENT, PERIMEE
from pipeline.sample.parc import NEUFS_2024, NEUFS_2025

FLUX = (
    "bailleurs/mises_a_disposition",
    "bailleurs/conventions_reservation",
    "relogements/menages",
    "bourse/annonces",
    "bourse/permutations",
    "programmation/livraisons",
    "ops/occupation",
    "interfaces/syplo",
    "interfaces/pelehas",
)
MOST_DEPOSITS = 25


def text_of(octets: bytes) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252")


def last_lines(table: pl.DataFrame, key: str) -> pl.DataFrame:
    return table.sort("periode", maintain_order=True).unique(key, keep="last", maintain_order=True)


def test_headers_are_known_and_deliveries_few(depots):
    feeds = load_feeds()
    mine = [depot for depot in depots.values() if depot.flux in FLUX]
    assert {depot.flux for depot in mine} == set(FLUX)
    assert len(mine) <= MOST_DEPOSITS
    for depot in mine:
        if (depot.fournisseur, depot.periode) == FICHIER_REFUSE:
            continue
        line = text_of(depot.octets).splitlines()[0]
        headers = line.split(";" if ";" in line else ",")
        assert HeaderBook(feeds[depot.flux]).map_headers(headers).unknown == (), depot.fichier


def test_each_lease_of_the_flow_comes_from_one_mise_a_disposition(territoire):
    """Règle F10: in a cohort, baux ≤ attribués ≤ proposés ≤ mis à disposition."""
    mises = last_lines(territoire.verite["mises_a_disposition"], "mise")
    leases = mises.filter(pl.col("bail").is_not_null())
    assert leases["bail"].is_unique().all()
    drawn = leases.join(territoire.baux, on="bail", suffix="_vrai")
    assert drawn.height == leases.height
    assert (drawn["siren"] == drawn["siren_vrai"]).all()
    assert drawn["code_epci"].unique().to_list() == [CODE_EPCI]
    signed = drawn.filter(pl.col("date_bail").is_not_null())
    assert (signed["date_bail"] == signed["date_bail_vrai"]).all()
    assert (signed["date_mise"] < signed["date_bail"]).all()
    in_flow = drawn.filter("en_flux")
    assert (in_flow["reservataire"] == in_flow["reservataire_vrai"]).all()
    assert (in_flow["date_mise"] < in_flow["date_proposition"]).all()
    assert (in_flow["date_proposition"] <= in_flow["date_attribution"]).all()


def test_leases_since_the_opening_are_in_the_flow_of_the_three_bailleurs(territoire):
    """Those whose dwelling was made available before the first file are not there."""
    drawn = territoire.baux.filter(
        pl.col("fournisseur").is_in(["alize", "bassin-bleu"]),
        pl.col("code_epci") == CODE_EPCI,
        pl.col("date_caleol") >= OUVERTURE.replace(month=4),
    )
    held = territoire.verite["mises_a_disposition"]["bail"].drop_nulls()
    assert set(drawn["bail"]) <= set(held)


def test_a_dwelling_out_of_the_flow_goes_to_no_reservataire(territoire):
    mises = last_lines(territoire.verite["mises_a_disposition"], "mise")
    outside = mises.filter(~pl.col("en_flux"))
    assert outside["reservataire"].null_count() == outside.height
    motives = set(outside["motif_hors_flux"].drop_nulls())
    assert (
        {"MUTINT", "NPNRU", "INSAL", "VENTE"} <= motives <= {"MUTINT", "NPNRU", "INSAL", "VENTE", *EXCLUSIONS}
    )
    assert 0 < outside["motif_hors_flux"].null_count() < outside.height * 0.1
    assert mises.filter("en_flux")["motif_hors_flux"].null_count() == mises.filter("en_flux").height


def test_a_returned_dwelling_comes_again_within_six_months(territoire):
    """Règle F6: once in the assiette, once for each réservataire."""
    mises = territoire.partenaires.flux.unique("mise", keep="last", maintain_order=True)
    returned = mises.filter(pl.col("issue") == "RENDU").select("identifiant", "date_retour", "date_mise")
    again = returned.join(mises, on="identifiant", suffix="_apres").filter(
        pl.col("date_mise_apres") >= pl.col("date_retour")
    )
    assert again.height == returned.height > 20
    assert ((again["date_mise_apres"] - again["date_mise"]).dt.total_days() < 183).all()
    assert set(mises["issue"]) == {"BAIL", "RENDU", "ENCOURS", "ATTRIB", "RETIRE"}


def test_rates_of_a_convention(territoire):
    """Règles F5, F9: État ≤ 30 %, fonctionnaires ≤ 5 %, ≤ 100 % in all, objectives rounded half up."""
    conventions = territoire.verite["conventions"]
    key = ["siren", "annee"]
    state = conventions.filter(pl.col("reservataire").is_in(["PPRIOR", "PFONCT"]))
    assert (state.group_by(key).agg(pl.col("taux").sum())["taux"] <= 30).all()
    assert (conventions.filter(pl.col("reservataire") == "PFONCT")["taux"] <= 5).all()
    assert (conventions.group_by(key).agg(pl.col("taux").sum())["taux"] <= 100).all()
    assert conventions.select(*key, "reservataire", "organisme").is_unique().all()
    rest = conventions["disponibles"] - conventions.select(pl.sum_horizontal(*CATEGORIES)).to_series()
    assert (rest == conventions["assiette"]).all()
    for rate, base, objective in conventions.select("taux", "assiette", "objectif").iter_rows():
        assert (rate * base / 100).quantize(Decimal(1), ROUND_HALF_UP) == objective


def test_a_rehoused_household_signed_a_lease_out_of_the_flow(territoire):
    households = last_lines(territoire.verite["relogements"], "dossier")
    housed = households.filter(pl.col("bail").is_not_null())
    leases = housed.join(territoire.baux, on="bail", suffix="_vrai")
    assert leases.height == housed.height > 100
    assert (leases["date_relogement"] == leases["date_bail"]).all()
    assert (leases["commune"] == leases["commune_vrai"]).all()
    motives = territoire.declarations.filter(pl.col("bail").is_in(housed["bail"].to_list()))
    assert set(motives["motif_hors_flux"].drop_nulls()) >= {"NPNRU", "INSAL"}
    assert set(households["etat"]) == {"RELOGE", "PROVISOIRE", "PROPOSE", "A_RELOGER", "SORTI"}


def test_an_exchange_is_of_two_offers_that_end_with_it(territoire):
    offers = last_lines(territoire.verite["annonces"], "annonce")
    done = territoire.verite["permutations"].filter(pl.col("issue") == "REALISEE")
    assert (done["annonce_a"] != done["annonce_b"]).all()
    assert (done["date_realisation"] >= done["date_decision"]).all()
    ended = offers.filter(pl.col("issue") == "ECHANGEE")["annonce"]
    assert set(ended) <= {*done["annonce_a"], *done["annonce_b"]}


def test_delivered_operations_are_the_new_dwellings_of_the_rpls(territoire):
    programme = territoire.verite["livraisons"].filter(pl.col("periode") == "2024")
    delivered = programme.filter(pl.col("etat") == "LIVREE")
    year = delivered.group_by(pl.col("date_livree").dt.year()).agg(pl.col("nombre").sum()).sort("date_livree")
    assert year.rows() == [(2023, NEUFS_2024), (2024, NEUFS_2025)]
    assert (programme.filter(pl.col("etat") != "LIVREE")["date_livree"].null_count()) > 20


def test_the_survey_adds_up(territoire):
    zones = territoire.verite["occupants"].filter(pl.col("population") == "ENSEMBLE")
    assert (zones["menages"] <= zones["logements"]).all()
    communes = zones.filter(pl.col("echelle") == "COMMUNE")
    total = communes.filter(pl.col("siren") == "ensemble")["logements"].sum()
    assert communes.filter(pl.col("siren") != "ensemble")["logements"].sum() == total
    composed = zones.select(
        pl.sum_horizontal(
            "personnes_seules",
            "couples_sans_enfant",
            "couples_avec_enfants",
            "familles_monoparentales",
            "autres_menages",
        )
    )
    assert (composed.to_series() == zones["menages"]).all()


@pytest.mark.parametrize("cote", ["interfaces/syplo", "interfaces/pelehas"])
def test_software_and_sne_overlap_with_absences_on_each_side(territoire, cote):
    held = territoire.verite["interfaces"].filter(pl.col("cote") == cote, pl.col("periode") == "2025-T1")
    stock = territoire.verite["stock"].filter(pl.col("periode") == "2025-T1", "actif")
    known = held.filter("vu", pl.col("menage").is_not_null())
    assert known.join(stock, on="menage").height > 0.8 * known.height
    counts = dict(held["ecart"].value_counts().iter_rows())
    assert min(counts[name] for name in (ABSENTE, INCONNUE, PERIMEE, LABEL_DIFFERENT)) >= 10
    assert not held.filter(pl.col("ecart") == ABSENTE)["vu"].any()
    stale = held.filter(pl.col("ecart") == PERIMEE).join(territoire.demandes, on="menage")
    assert stale["fin_dite"].null_count() == stale.height
    assert stale["date_fin"].null_count() == 0
    assert (stale["date_maj"] < stale["date_fin"]).all()
    other = held.filter(pl.col("ecart") == LABEL_DIFFERENT)
    assert (other["label"] != other["label_dit"]).all()
