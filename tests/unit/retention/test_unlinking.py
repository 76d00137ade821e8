"""A pseudonym is replaced wherever it is good: a delivery for a lot, everywhere for the other feeds."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.feeds import Feed, load_feeds
from pipeline.intake.storage import arrow_schema
from pipeline.retention.unlinking import CUT, DEMANDE, Links

ENDED, ACTIVE, OTHER = b"\x11" * 16, b"\x22" * 16, b"\x33" * 16
WITH_ANOTHER = [
    feed
    for feed in load_feeds().values()
    if sum(column.type == "uuid" for column in feed.stored_columns) > 1 and feed.key != "sne/demandes"
]


def write(entrepot: Path, feed: Feed, periode: str, demande: bytes) -> tuple[Path, str]:
    """Write one row of two pseudonyms; returns its file and the name of the second one."""
    schema = arrow_schema(feed)
    (name,) = (field.name for field in schema if field.type == pa.uuid() and field.name != DEMANDE)
    row = {DEMANDE: demande, name: OTHER}
    columns = [
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([row[field.name]], pa.binary(16)))
        if field.name in row
        else pa.nulls(1, field.type)
        for field in schema
    ]
    path = entrepot / feed.key / periode / "fictif.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table(columns, schema=schema), path)
    return path, name


@pytest.mark.parametrize("feed", WITH_ANOTHER, ids=lambda feed: feed.key)
def test_the_other_pseudonym_follows_its_scope(tmp_path, feed):
    write(tmp_path, feed, "2024-T1", ENDED)
    path, name = write(tmp_path, feed, "2024-T2", ACTIVE)
    links = Links(tmp_path, {feed.key: feed}, [ENDED])
    touched = {file.place[1]: file for file in links.rows}
    assert set(touched) == ({"2024-T1"} if feed.lot else {"2024-T1", "2024-T2"})
    copies = {periode: tmp_path / f"{periode}.parquet" for periode in touched}
    for periode, file in touched.items():
        links.cut(file, copies[periode])
    others = [pq.read_table(copies[periode])[name][0].as_py().bytes for periode in sorted(copies)]
    assert others[0].startswith(CUT)
    assert len(set(others)) == 1
    kept = pq.read_table(copies.get("2024-T2", path))
    assert kept[DEMANDE][0].as_py().bytes == ACTIVE


def test_what_is_cut_is_never_cut_again(tmp_path):
    feed = load_feeds()["sne/radiations"]
    write(tmp_path, feed, "2024-T1", CUT + b"\x44" * 10)
    assert not Links(tmp_path, {feed.key: feed}, [CUT + b"\x44" * 10]).rows
