"""What may leave data/raw of a text that no list declares; every value here is fictitious."""

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.discretion import MOST_UNKNOWN, PERSONAL, quotable_codes, set_aside_personal
from pipeline.intake.faults import Tally
from pipeline.intake.reasons import tell_codes
from pipeline.intake.values import Reading
from tests.confidentialite.marques import mail, name, nir, numero_unique, phone

RESERVATAIRE = "reservataire"


def tally_of(words: list[str], holders: list[str]) -> Tally:
    tally = Tally()
    tally.note_codes(RESERVATAIRE, pl.Series(words), pl.Series(holders))
    return tally


def test_a_code_held_by_three_demandes_is_quoted():
    tally = tally_of(["Réserve foncière 2024"] * 3, ["a", "b", "c"])
    quotable = quotable_codes(tally)
    (told,) = tell_codes(load_feeds()["bailleurs/attributions"], tally.codes, quotable)
    assert "« Réserve foncière 2024 »" in told
    assert "correspondances/bailleurs_attributions.yml" in told


def test_the_name_of_one_household_is_not_whatever_its_rows():
    tally = tally_of([name(1)] * 9, ["a"] * 9)
    (told,) = tell_codes(load_feeds()["bailleurs/attributions"], tally.codes, quotable_codes(tally))
    assert name(1) not in told
    assert "1 autre, voir rejets.csv du dépôt" in told


def test_a_column_that_slipped_quotes_no_name_even_a_common_one():
    words = ["MARTIN"] * 4 + [f"NOM {rank}" for rank in range(MOST_UNKNOWN)]
    tally = tally_of(words, [str(rank) for rank in range(len(words))])
    assert quotable_codes(tally) == frozenset()


@pytest.mark.parametrize("word", [phone(1), nir(1), mail(1), numero_unique(1), "12/03/1985", "x" * 41])
def test_what_has_the_form_of_a_person_is_never_quoted(word):
    assert quotable_codes(tally_of([word] * 3, ["a", "b", "c"])) == frozenset()


def test_the_holders_of_a_code_add_up_over_the_batches():
    tally = tally_of(["X"] * 2, ["a", "b"])
    tally.note_codes(RESERVATAIRE, pl.Series(["X"]), pl.Series(["c"]))
    assert quotable_codes(tally) == {(RESERVATAIRE, "X")}
    assert tally.codes[RESERVATAIRE, "X"] == 3


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        (nir(4), True),
        (f"NIR {nir(4)}", True),
        (nir(4)[:-2] + f"{int(nir(4)[-2:]) % 97 + 1:02d}", False),
        (numero_unique(4), True),
        (f"voir {numero_unique(4).lower()} svp", True),
        (mail(4), True),
        (phone(4), True),
        ("+33698514704", True),
        ("0698514704", False),
        ("0012345601", False),
        ("DALO", False),
        (None, False),
    ],
)
def test_a_text_kept_without_a_list_loses_the_forms_of_a_person(text, is_personal):
    column = next(c for c in load_feeds()["cotation/points"].columns if c.name == "critere")
    reading = set_aside_personal(column, Reading(pl.Series([text], dtype=pl.String), {}))
    assert reading.values.to_list() == [None if is_personal else text]
    assert (PERSONAL in reading.faults) == is_personal


def test_an_open_list_keeps_the_codes_and_empties_the_names(conform, rejects):
    feed = load_feeds()["bailleurs/attributions"]
    example = (feed.folder / "exemple-valide.csv").read_text(encoding="utf-8")
    header, *rows = example.replace("2025", "2024").replace("/2024", "/2023").splitlines()
    place = header.split(";").index("financement")
    cells = [row.split(";") for row in rows[:8]]
    for rank, row in enumerate(cells):
        row[place] = "PLX" if rank < 3 else name(1) if rank == 3 else row[place]
    conformed, kept = conform("\n".join([header, *(";".join(row) for row in cells)]) + "\n")
    assert kept["financement"].to_list()[:4] == ["PLX", "PLX", "PLX", None]
    assert conformed.quotable == {("financement", "PLX")}
    assert name(1) in rejects()["valeur"].to_list()
