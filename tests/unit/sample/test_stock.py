"""The stock of each quarter: its balance closes, each defect has its effect, its tables hold together."""

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.sample.fichiers_stock import LOTS_COMPLETS
from pipeline.sample.formats import Depot
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.incidents_stock import CATALOGUE, EN_STOCK_ET_ATTRIBUEE, RADIEE_TARD_EN_STOCK, REGLES
from pipeline.sample.references_sne import LIVRAISON_A_CLES
from pipeline.sample.territoire import Territoire

ENTREES = ("nouvelle", "reactivee", "entree_tardive", "entree_territoire")
LOT, SATELLITES = ("demandes", "radiations"), ("motifs", "communes_souhaitees", "dalo")


def read(depots: dict[str, Depot], table: str, periode: str) -> pl.DataFrame:
    text = depots[f"sne/{table}/{periode}/gip-sne.csv"].octets
    encoding = "cp1252" if periode < "2024" else "utf-8-sig"
    return pl.read_csv(text.decode(encoding).encode(), separator=";", infer_schema=False)


def test_the_balance_closes(territoire):
    assert_balance(territoire)


def test_the_balance_closes_for_another_seed():
    assert_balance(Territoire.draw(8))


def assert_balance(territoire: Territoire) -> None:
    """Règle A10: each end is the one before, plus what came, minus what went."""
    stock, moves = territoire.verite["stock"], territoire.verite["mouvements"]
    waiting = stock.filter("actif", ~pl.col("est_association"), pl.col("code_epci").is_not_null())
    ends = [waiting.filter(pl.col("periode") == code).height for code in CODES_TRIMESTRES]
    for before, after, code in zip(ends, ends[1:], CODES_TRIMESTRES[1:], strict=False):
        here = moves.filter(pl.col("periode") == code)
        came = here.filter(pl.col("mouvement").is_in(ENTREES)).height
        assert before + came - (here.height - came) == after


def test_stock_and_flows_resemble_the_territory(territoire):
    stock, moves = territoire.verite["stock"], territoire.verite["mouvements"]
    sizes = stock.filter("actif").group_by("periode").len()["len"]
    assert sizes.is_between(13_700, 15_500).all()
    year = moves.filter(pl.col("periode").str.starts_with("2024"))
    exits = year.filter(pl.col("mouvement") == "sortie")["motif"].value_counts(sort=True)
    assert exits["motif"].to_list()[:2] == ["RADREN", "RADATT"]
    assert year.filter(pl.col("mouvement") == "nouvelle").height == pytest.approx(6_600, rel=0.05)


def test_every_incident_is_drawn_under_a_rule(territoire):
    counts = dict(territoire.incidents["cas"].value_counts().iter_rows())
    assert {item.cas: counts[item.cas] for item in CATALOGUE} == {
        item.cas: item.effectif for item in CATALOGUE
    }
    assert set(counts) == set(REGLES)
    listed = territoire.verite["defauts"].filter(pl.col("flux") == "sne/demandes")
    assert set(REGLES) < set(listed["defaut"])


@pytest.mark.parametrize(
    ("cas", "actif"),
    [(EN_STOCK_ET_ATTRIBUEE, [False]), ("en_stock_et_radiee", [True]), (RADIEE_TARD_EN_STOCK, [True])],
)
def test_in_the_stock_and_radiated_by_one_delivery(territoire, cas, actif):
    """Règle A4: an attribution wins over the stock, the stock over any other motive."""
    hit = territoire.incidents.filter(pl.col("cas") == cas).select("menage", livraison="rang")
    lines = territoire.stock.join(hit, on=["menage", "livraison"])
    assert lines.height == hit.height
    assert lines["actif"].unique().to_list() == actif


def test_a_late_radiation_corrects_the_past_stock(territoire):
    """Règle A3: in the file of the quarter it left, not waiting that day."""
    corrected = territoire.stock.filter("vu", ~pl.col("actif"))
    late = territoire.radiations.filter(pl.col("livraison") > 0, pl.col("rejet") == "")
    told_later = corrected.join(late.select("menage", dite="livraison"), on="menage").filter(
        pl.col("dite") > pl.col("livraison")
    )
    assert told_later["menage"].n_unique() > 100


def test_a_lease_the_sne_never_heard_of_leaves_the_stock_alone(territoire):
    """Règle A13: still active for the SNE."""
    silent = territoire.baux.filter(pl.col("cas") == "sne_muet")["menage"]
    last = territoire.stock.filter(pl.col("livraison") == len(CODES_TRIMESTRES) - 1)
    assert set(silent) <= set(last.filter("actif")["menage"])


def test_a_filing_date_restarts_and_the_first_was_seen_before(territoire):
    """Règle A6."""
    hit = territoire.incidents.filter(pl.col("cas") == "depot_remis_a_zero").select("menage")
    told = [
        table.join(hit, on="menage")
        .group_by("menage")
        .agg(pl.col("date_creation").min(), derniere=pl.last("date_creation"))
        for table in (territoire.radiations, territoire.stock)
    ]
    both = told[0].join(told[1], on="menage").join(territoire.demandes, on="menage")
    assert both.height == hit.height
    assert (both["date_creation"] == both["date_depot"]).all()
    assert (both["derniere_right"] > both["date_depot"]).all()


@pytest.mark.parametrize("periode", LOTS_COMPLETS)
def test_the_tables_of_a_lot_share_their_keys(depots, periode):
    stock, gone = read(depots, "demandes", periode), read(depots, "radiations", periode)
    keys = {*stock["DEMANDE"], *gone["DEMANDE"]}
    for table in SATELLITES:
        assert set(read(depots, table, periode)["DEMANDE"]) <= keys
    assert set(read(depots, "motifs", periode)["DEMANDE"]) == keys
    numbers = stock.select("DEMANDE", "NUMERO_UNIQUE").join(gone, on="DEMANDE")
    known = numbers.filter(pl.col("NUMERO_UNIQUE").str.len_chars() == 18)
    assert (known["NUMERO_UNIQUE"] == known["NUMERO_UNIQUE_right"]).all()


def test_the_key_of_a_household_changes_at_each_delivery(depots):
    first, second = (
        read(depots, "demandes", code).select("NUMERO_UNIQUE", "DEMANDE") for code in CODES_TRIMESTRES[:2]
    )
    both = first.join(second, on="NUMERO_UNIQUE")
    assert both.height > 10_000
    assert (both["DEMANDE"] != both["DEMANDE_right"]).all()


def test_one_delivery_comes_with_keys_and_their_tables(depots):
    references = read(depots, "references", LIVRAISON_A_CLES)
    assert references.select("TABLE", "CLE").is_unique().all()
    keys = dict(references.filter(pl.col("TABLE") == "ref_motif_radiation").select("CLE", "CODE").iter_rows())
    written = read(depots, "radiations", LIVRAISON_A_CLES)["MOTIF_RADIATION"].drop_nulls()
    assert set(written) <= {*keys, ""}
    assert {keys[key] for key in written if key} >= {"RADATT", "RADREN", "RADABA"}
    assert {path for path in depots if "/references/" in path} == {
        f"sne/references/{LIVRAISON_A_CLES}/gip-sne.csv"
    }


def test_headers_are_the_schema_s(depots):
    feeds = load_feeds()
    assert read(depots, "demandes", "2024-T1").columns == [c.name for c in feeds["sne/demandes"].columns]
    assert all(f"sne/{table}/{code}/gip-sne.csv" in depots for table in LOT for code in CODES_TRIMESTRES)
    assert LIVRAISON_A_CLES in LOTS_COMPLETS
    assert {path for path in depots if path.split("/")[1] in SATELLITES} == {
        f"sne/{table}/{code}/gip-sne.csv" for table in SATELLITES for code in LOTS_COMPLETS
    }
