"""Whatever a grid writes stays a text: it is refused, or compared as it is."""

from pathlib import Path

import duckdb
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.grilles.compilation import criteria_sql, detail_sql, totals_sql
from pipeline.grilles.ecriture_sql import quoted_name, quoted_text
from pipeline.grilles.grilles import parse_grille
from pipeline.grilles.problemes import GrilleRefuseeError
from pipeline.grilles.vocabulaire import load_vocabulaire
from tests.golden.grilles.comparaison import facts_table
from tests.golden.grilles.menages import JOUR

HOSTILES = [
    "'; drop table int_demandes__faits; --",
    "*/ select 1 /*",
    "\\'",
    "''",
    '"',
    "{etape}",
    "n0",
    "?",
    "$1",
    "%s",
]
TEXTES = st.one_of(st.sampled_from(HOSTILES), st.text(min_size=1, max_size=30))


def drawn(code: str, texte: str) -> str:
    """Write a grid whose every free place holds the drawn text."""
    grille = {
        "grille": "ESSAI_FICTIF", "version": "1", "libelle": texte, "code_epci": "249740119",
        "valide_du": JOUR, "statut": "projet", "fictive": "oui", "source": texte,
        "blocs": {"historique": {"criteres": {code: {
            "libelle": texte, "points": 7, "si": {"motif_priorite": [texte]}, "codes_declares": [texte],
        }}}},
    }  # fmt: skip
    return yaml.safe_dump(grille, allow_unicode=True)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(code=TEXTES | st.just("A"), texte=TEXTES)
@example(code="A", texte=HOSTILES[0])
@example(code=HOSTILES[0], texte="urgence")
def test_a_text_of_the_grid_is_never_sql(code, texte):
    try:
        grille = parse_grille(drawn(code, texte), Path("essai.yml")).grille
    except GrilleRefuseeError:
        return
    con = duckdb.connect()
    row = {
        "demande_id": "d",
        "code_epci": "249740119",
        "date_faits": JOUR,
        "motif_priorite": " ".join(texte.split()),
    }
    facts_table(con, [row], load_vocabulaire())
    (found,) = con.execute(totals_sql([grille])).fetch_arrow_table().to_pylist()
    assert found["points_provisoires"] == 7
    (line,) = con.execute(detail_sql([grille])).fetch_arrow_table().to_pylist()
    assert line["code"] == code
    (criterion,) = con.execute(criteria_sql([grille])).fetch_arrow_table().to_pylist()
    assert criterion["codes_declares"] == [code, " ".join(texte.split())]
    assert con.execute("select table_name from duckdb_tables()").fetchall() == [("int_demandes__faits",)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=30).filter(lambda text: "\0" not in text))
def test_quoting_gives_the_text_back(text):
    (found,) = duckdb.execute(f"select {quoted_text(text)}").fetchone()
    assert found == text
    if text:
        assert duckdb.execute(f"select 1 as {quoted_name(text)}").description[0][0] == text
