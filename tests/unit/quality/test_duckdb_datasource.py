"""The DuckDB datasource: one connection, statements that stand alone, nothing sent anywhere."""

import os
import socket

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from pipeline.quality.duckdb_datasource import open_copy


def test_copy_is_seen_by_duckdb(write_copy, rows):
    with open_copy(write_copy()) as copy:
        assert copy.rows == 10
        assert copy.columns == set(rows)
        assert copy.lines_of("SELECT ligne FROM {batch} WHERE montant > 6", most=2) == (5, 8)


@pytest.mark.parametrize("name", ["l'été.parquet", "a:b.parquet", "a%20b.parquet"])
def test_path_is_taken_as_it_is(name, write_copy):
    with open_copy(write_copy(name=name)) as copy:
        assert copy.rows == 10


def test_one_connection_serves_all(write_copy):
    with open_copy(write_copy()) as copy:
        engine = copy.batch.data.execution_engine
        with engine.get_connection() as first, engine.get_connection() as second:
            assert first is second
        pending = engine.execute_query(sa.text("SELECT ligne FROM livraison"))
        engine.execute_query(sa.text("SELECT 1"))
        assert len(pending.fetchall()) == 10


def test_statement_that_fails_does_not_abort_the_next(write_copy):
    with open_copy(write_copy()) as copy:
        engine = copy.batch.data.execution_engine
        with pytest.raises(DBAPIError):
            engine.execute_query(sa.text("SELECT cast(nom AS INTEGER) FROM livraison")).fetchall()
        assert engine.execute_query(sa.text("SELECT 1")).scalar_one() == 1


def test_two_copies_do_not_meet(write_copy, rows):
    short = write_copy({column: values[:3] for column, values in rows.items()}, name="courte.parquet")
    with open_copy(write_copy()) as copy:
        assert copy.rows == 10
    with open_copy(short) as copy:
        assert copy.rows == 3


def test_a_copy_left_by_an_error_leaves_nothing_to_the_next(write_copy):
    with pytest.raises(ZeroDivisionError), open_copy(write_copy()) as copy:
        assert 1 / (copy.rows - 10)
    with open_copy(write_copy()) as copy:
        assert copy.rows == 10


def test_no_connection_is_opened_to_anywhere(write_copy, monkeypatch):
    def refuse(*_):
        raise AssertionError("une connexion réseau a été tentée")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with open_copy(write_copy()) as copy:
        assert copy.rows == 10
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
