"""The register of deliveries: what was received, what became of it and why. Nothing in it is a raw value."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import MisuseError
from pipeline.intake.closures import Closures, Place
from pipeline.intake.pseudonyms import Pseudonymiser, same_fingerprint
from pipeline.intake.register_lines import (
    DepotRecord,
    Line,
    PurgeRecord,
    anomaly_values,
    check_values,
    depot_values,
    read_anomaly,
    read_check,
    read_depot,
    read_purge,
)
from pipeline.quality.anomalies import Repeated
from pipeline.quality.results import CheckResult

_TABLES = """
create table if not exists cle (empreinte text not null, cree_le text not null);
create table if not exists depots (
    depot_id integer primary key, flux text not null, periode text not null, fournisseur text not null,
    fichier text not null, empreinte text not null, octets integer not null, modifie_ns integer not null,
    recu_le text not null, traite_le text not null,
    lignes_lues integer not null, lignes_acceptees integer not null,
    lignes_rejetees integer not null, lignes_ignorees integer not null,
    decision text not null, motifs text not null, en_vigueur integer not null,
    version_schema text not null, version_code text not null
);
create table if not exists controles (
    depot_id integer not null references depots, code text not null, type text not null, colonne text,
    severite text not null, description text not null, succes integer not null,
    lignes_controlees integer not null, lignes_en_defaut integer not null, lignes text not null
);
create table if not exists anomalies (
    depot_id integer not null references depots, code text not null, gravite text not null,
    etape text not null, colonne text, nombre integer not null, part_lignes real not null,
    explication text not null
);
create table if not exists deplacements (source text not null, cible text not null);
create table if not exists purges (
    purge_id integer primary key, au text not null, limite text not null, faite_le text not null,
    demandes integer not null, lignes integer not null, depots integer not null, publication text not null
);
create table if not exists clotures (
    flux text not null, periode text not null, fournisseur text not null,
    primary key (flux, periode, fournisseur)
) without rowid;
create index if not exists depots_par_fichier on depots (fichier, depot_id);
"""


class Register:
    """The register of one data root, in SQLite: a transaction is whole or absent, whatever is killed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._connection.row_factory = sqlite3.Row

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Generator["Register"]:
        """Open the register, making it when absent."""
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30)
        try:
            connection.executescript(_TABLES)
            yield cls(connection)
        finally:
            connection.close()

    def check_key(self, pseudonymiser: Pseudonymiser) -> None:
        """Keep the fingerprint of the first key; raises MisuseError on any other one."""
        with self._connection:
            known = self._connection.execute("select empreinte from cle").fetchone()
            if known is None:
                now = datetime.now(UTC).isoformat()
                self._connection.execute("insert into cle values (?, ?)", (pseudonymiser.fingerprint, now))
            elif not same_fingerprint(known["empreinte"], pseudonymiser.fingerprint):
                raise MisuseError(
                    f"Cette clé n'est pas celle du registre (empreinte {known['empreinte']}).",
                    remede="Avec une autre clé, les mêmes demandes auraient d'autres pseudonymes. "
                    "Rendez la clé d'origine (PPGD_CLE ou fichier de clé).",
                )

    def last_by_file(self) -> dict[str, DepotRecord]:
        """Return the last line of each file, by its path under data/raw."""
        rows = self._connection.execute("select * from depots order by depot_id")
        return {row["fichier"]: read_depot(row) for row in rows}

    def records(self, flux: str | None = None, fournisseur: str | None = None) -> list[DepotRecord]:
        """Return every line, or those of one feed and provider, in the order of treatment."""
        query = """select * from depots
            where coalesce(?, flux) = flux and coalesce(?, fournisseur) = fournisseur order by depot_id"""
        return [read_depot(row) for row in self._connection.execute(query, (flux, fournisseur))]

    def previous_rows(self, flux: str, periode: str, fournisseur: str) -> int | None:
        """Return the accepted rows of the last earlier period of the same cadence in force, same provider."""
        row = self._connection.execute(
            "select lignes_acceptees from depots where flux = ? and fournisseur = ? and en_vigueur "
            "and periode < ? and substr(periode, 5, 2) = substr(?, 5, 2) order by periode desc limit 1",
            (flux, fournisseur, periode, periode),
        ).fetchone()
        return row and row["lignes_acceptees"]

    def first_reception(self, fichier: str, empreinte: str) -> datetime | None:
        """Return when these very bytes were first seen in that place."""
        row = self._connection.execute(
            "select min(recu_le) as recu_le from depots where fichier = ? and empreinte = ?",
            (fichier, empreinte),
        ).fetchone()
        return datetime.fromisoformat(row["recu_le"]) if row["recu_le"] else None

    def add_together(self, lines: Sequence[Line]) -> None:
        """Write lines, their checks and the moves to make in one transaction; accepted ones come in force."""
        with self._connection:
            for line in lines:
                self._add(line)

    def _add(self, line: Line) -> None:
        record, values = line.record, depot_values(line.record)
        if record.en_vigueur:
            self._connection.execute(
                "update depots set en_vigueur = 0 where flux = ? and periode = ? and fournisseur = ?",
                (record.flux, record.periode, record.fournisseur),
            )
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"insert into depots ({names}) values ({marks})",  # noqa: S608 names come from the dataclass
            tuple(values.values()),
        )
        self._connection.executemany(
            "insert into controles values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(cursor.lastrowid, *check_values(check)) for check in line.checks],
        )
        self._connection.executemany(
            "insert into anomalies values (?, ?, ?, ?, ?, ?, ?, ?)",
            [(cursor.lastrowid, *anomaly_values(anomaly)) for anomaly in line.anomalies],
        )
        if line.move:
            self._connection.execute("insert into deplacements values (?, ?)", line.move)

    def add_purge(
        self, purge: PurgeRecord, closed: Sequence[Place], moves: Sequence[tuple[str, str]]
    ) -> None:
        """Write a purge, the deliveries it closes and the moves of its copies in one transaction."""
        with self._connection:
            self._connection.execute(
                "insert into purges (au, limite, faite_le, demandes, lignes, depots, publication) "
                "values (?, ?, ?, ?, ?, ?, ?)",
                (
                    purge.au.isoformat(),
                    purge.limite.isoformat(),
                    purge.faite_le.isoformat(),
                    purge.demandes,
                    purge.lignes,
                    purge.depots,
                    purge.publication,
                ),
            )
            self._connection.executemany("insert or ignore into clotures values (?, ?, ?)", closed)
            self._connection.executemany("insert into deplacements values (?, ?)", moves)

    def purges(self) -> list[PurgeRecord]:
        """Return the journal of the purges, in order."""
        rows = self._connection.execute("select * from purges order by purge_id")
        return [read_purge(row) for row in rows]

    def closures(self) -> Closures:
        """Return what the purges closed."""
        purges = self.purges()
        if not purges:
            return Closures()
        places = self._connection.execute("select flux, periode, fournisseur from clotures")
        return Closures(
            until=max(purge.limite for purge in purges),
            purged_on=purges[-1].faite_le.date(),
            touched=frozenset(tuple(row) for row in places),
        )

    def moves_to_make(self) -> list[tuple[str, str]]:
        """Return the accepted copies still to be moved: from, to, both under the entrepôt."""
        rows = self._connection.execute("select source, cible from deplacements order by rowid")
        return [(row["source"], row["cible"]) for row in rows]

    def forget_moves(self) -> None:
        """Forget the moves, once they are made."""
        with self._connection:
            self._connection.execute("delete from deplacements")

    def touch(self, record: DepotRecord, octets: int, modifie_ns: int) -> None:
        """Remember the new date of a file whose bytes did not change, so that it is not read again."""
        with self._connection:
            self._connection.execute(
                "update depots set octets = ?, modifie_ns = ? where depot_id = ?",
                (octets, modifie_ns, record.depot_id),
            )

    def checks(self) -> list[tuple[int, CheckResult]]:
        """Return every check with the number of its line."""
        return [
            (row["depot_id"], read_check(row))
            for row in self._connection.execute("select * from controles order by rowid")
        ]

    def anomalies(self) -> list[tuple[int, Repeated]]:
        """Return every anomaly with the number of its line: how often, never a value."""
        return [
            (row["depot_id"], read_anomaly(row))
            for row in self._connection.execute("select * from anomalies order by rowid")
        ]
