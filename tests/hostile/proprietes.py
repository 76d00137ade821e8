"""What holds for every file of every feed, and how many cases are drawn to try it."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from hypothesis import HealthCheck, assume, settings

from pipeline.errors import DeliveryRefusedError
from pipeline.intake.conform import Conformed, Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.intake.reasons import tell_codes, tell_faults, tell_headers
from pipeline.intake.storage import arrow_schema
from tests.hostile.ecritures import Ecriture, Tableau
from tests.hostile.strategies import FLUX

PERIODE, RECU = "2025-T1", date(2025, 12, 31)
CAS, CAS_D_ENDURANCE = 300, 5_000


def cas(total: int, *, entre: int, derandomize: bool) -> settings:
    """Share a number of cases between so many properties; without derandomize, pytest's seed decides."""
    return settings(
        max_examples=-(-total // entre),
        derandomize=derandomize,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Issue:
    """What the door made of a file: a refusal, or counts, rows and rejects."""

    refusal: DeliveryRefusedError | None = None
    conformed: Conformed | None = None
    rows: pl.DataFrame | None = None
    rejects: pl.DataFrame | None = None

    @property
    def accepted(self) -> tuple[Conformed, pl.DataFrame, pl.DataFrame]:
        """Return what there is of a file that could be read."""
        assert self.conformed is not None, self.refusal
        assert self.rows is not None
        assert self.rejects is not None
        return self.conformed, self.rows, self.rejects


def passer(tableau: Tableau, content: bytes, extension: str) -> Issue:
    """Send bytes through the door; nothing but a refusal may be raised, and the file stays as it is."""
    feed = tableau.feed
    with tempfile.TemporaryDirectory() as folder:
        path, workspace = Path(folder) / f"essai.{extension}", Path(folder) / "travail"
        workspace.mkdir()
        path.write_bytes(content)
        modified = path.stat().st_mtime_ns
        try:
            conformed = Conformer(Pseudonymiser(b"k" * 32), workspace, FLUX).conform_delivery(
                feed,
                Delivery(feed.key, PERIODE, "essai", path),
                received=RECU,
                correspondences=Correspondences(),
                footer={},
            )
        except DeliveryRefusedError as refusal:
            return Issue(refusal)
        finally:
            assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, modified)
        schema = pq.read_schema(conformed.parquet).remove_metadata()
        assert schema.equals(arrow_schema(feed)), schema
        rejects = pl.read_csv(conformed.rejects, separator=";", infer_schema=False)
        return Issue(None, conformed, pl.read_parquet(conformed.parquet), rejects)


def nothing_breaks_and_nothing_is_lost(tableau: Tableau, extension: str, content: bytes) -> None:
    """A file broken anyhow is refused in a sentence, or each of its rows has one fate."""
    issue = passer(tableau, content, extension)
    if issue.refusal:
        assert issue.refusal.remede
        assert str(issue.refusal).isprintable()
        return
    conformed, rows, rejects = issue.accepted
    counted = conformed.rows_accepted + conformed.rows_rejected + conformed.rows_ignored
    assert conformed.rows_read == counted
    accepted = rows["ligne"].to_list()
    rejected = set(rejects.filter(pl.col("rejetee") == "oui")["ligne"].cast(pl.Int64))
    assert accepted == sorted(set(accepted))
    assert len(accepted) == conformed.rows_accepted
    assert len(rejected) == conformed.rows_rejected
    assert rejected.isdisjoint(accepted)
    told = (*_reasons(tableau, conformed), *tell_headers(conformed.unknown_headers))
    assert all(sentence.isprintable() for sentence in told)


def writing_changes_nothing(tableau: Tableau, other: Tableau, writing: Ecriture) -> None:
    """The same table, written otherwise, has the same fate."""
    plain, _ = Ecriture().ecrire(tableau)
    otherwise, _ = writing.ecrire(other)
    first, second = passer(tableau, plain, "csv"), passer(tableau, otherwise, writing.extension)
    if first.refusal or second.refusal:
        assert str(first.refusal) == str(second.refusal)
        return
    (mine, rows, _), (its, its_rows, _) = first.accepted, second.accepted
    assert mine.rows_read == its.rows_read == sum(any(map(str.strip, row)) for row in tableau.rows)
    assume(not mine.faults["", "doublon"])
    assert _counts(mine) == _counts(its)
    assert _reasons(tableau, mine) == _reasons(tableau, its)
    assert _without_order(rows) == _without_order(its_rows)


def _reasons(tableau: Tableau, conformed: Conformed) -> list[str]:
    return [*tell_faults(conformed.faults), *tell_codes(tableau.feed, conformed.codes)]


def _counts(conformed: Conformed) -> dict[str, int]:
    return {
        "lues": conformed.rows_read,
        "acceptées": conformed.rows_accepted,
        "rejetées": conformed.rows_rejected,
        "ignorées": conformed.rows_ignored,
        "écartées": conformed.rows_set_aside,
        "en-têtes": len(conformed.unknown_headers),
    }


def _without_order(rows: pl.DataFrame) -> Counter[tuple[object, ...]]:
    return Counter(rows.drop("ligne").rows())


def a_line_number_points_to_its_line(tableau: Tableau, row: int, mark: str, writing: Ecriture) -> None:
    """A value that cannot be read is told at the line where its row begins."""
    content, places = writing.ecrire(tableau)
    conformed, _, rejects = passer(tableau, content, writing.extension).accepted
    assert conformed.rows_read == len(tableau.rows)
    lines = rejects.filter(pl.col("valeur").eq_missing(mark or None))["ligne"].to_list()
    assert lines == [str(places[row])]
