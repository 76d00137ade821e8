"""The journal of the reminders: what was sent, so that nothing is sent twice and nothing forgotten.

A line is « en_cours » from just before the end of a mail is given to the server until its answer. What is
found so at the start was cut there: nobody can know whether it left; it becomes « incertain ».
Nothing in it is an address: a delivery, a step, a number of addresses, an SMTP code.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.rappels.reminders import Reminder
from pipeline.rappels.wording import step_name

_TABLES = """
create table if not exists journal (identifiant text not null);
create table if not exists rappels (
    flux text not null, periode text not null, fournisseur text not null, etape integer not null,
    message_id text not null unique, etat text not null, essais integer not null,
    adresses integer not null, adresses_refusees integer not null, code_smtp integer,
    modifie_le text not null,
    primary key (flux, periode, fournisseur, etape)
) without rowid;
"""
IN_PROGRESS, SENT, FAILED, UNCERTAIN = "en_cours", "envoye", "echec", "incertain"
_ID_DIGITS = 32

Delivery = tuple[str, str, str]


@dataclass(frozen=True)
class Trace:
    """One line of the journal."""

    flux: str
    periode: str
    fournisseur: str
    etape: int
    message_id: str
    etat: str
    essais: int
    adresses: int
    adresses_refusees: int
    code_smtp: int | None
    modifie_le: datetime

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Return what it is about, as reminders do."""
        return self.flux, self.periode, self.fournisseur, self.etape

    @property
    def delivery(self) -> str:
        """Return the delivery it is about: feed, period, provider."""
        return f"{self.flux} {self.periode} {self.fournisseur}"

    @property
    def label(self) -> str:
        """Return how messages call it: the delivery, then the step."""
        return f"{self.delivery}, {step_name(self.etape)}"


class Journal:
    """The journal of one data root, in SQLite: each change is whole and on the disk before the next step."""

    def __init__(self, connection: sqlite3.Connection, identifier: str) -> None:
        self._connection = connection
        self._identifier = identifier

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Generator["Journal"]:
        """Open the journal, making it when absent, with an identifier no other observatory has."""
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            connection.executescript(_TABLES)
            with connection:
                connection.execute(
                    "insert into journal select ? where not exists (select 1 from journal)",
                    (secrets.token_hex(8),),
                )
            [identifier] = connection.execute("select identifiant from journal").fetchone()
            yield cls(connection, identifier)
        finally:
            connection.close()

    def message_id(self, reminder: Reminder, domain: str) -> str:
        """Return the Message-ID of a reminder: the same at each attempt, in this journal alone."""
        parts = (self._identifier, *map(str, reminder.key))
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_ID_DIGITS]
        return f"<ppgd.{digest}@{domain}>"

    def settle_interrupted(self) -> None:
        """Mark uncertain what a kill left in progress; only under the lock of the sending."""
        with self._connection:
            self._connection.execute(
                "update rappels set etat = ?, modifie_le = ? where etat = ?", (UNCERTAIN, _now(), IN_PROGRESS)
            )

    def traces(self) -> list[Trace]:
        """Return every line."""
        rows = self._connection.execute("select * from rappels order by flux, periode, fournisseur, etape")
        return [_trace(row) for row in rows]

    def latest(self) -> dict[Delivery, Trace]:
        """Return the line of the latest step of each delivery."""
        return {trace.key[:3]: trace for trace in self.traces()}

    def is_to_send(self, reminder: Reminder, latest: Mapping[Delivery, Trace]) -> bool:
        """Tell whether neither this step nor a later one left or may have left."""
        trace = latest.get(reminder.key[:3])
        if trace is None or trace.etape < reminder.step:
            return True
        return trace.etape == reminder.step and trace.etat == FAILED

    def write(
        self,
        reminder: Reminder,
        message_id: str,
        state: str,
        *,
        addresses: int,
        refused: int,
        code: int | None,
    ) -> None:
        """Write where a reminder stands; an attempt begins with « en_cours » or with the server's refusal."""
        now = _now()
        with self._connection:
            self._connection.execute(
                "insert into rappels values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?) on conflict do update set "
                "essais = essais + (etat <> ?), message_id = excluded.message_id, etat = excluded.etat, "
                "adresses = excluded.adresses, adresses_refusees = excluded.adresses_refusees, "
                "code_smtp = excluded.code_smtp, modifie_le = excluded.modifie_le",
                (*reminder.key, message_id, state, addresses, refused, code, now, IN_PROGRESS),
            )

    def settle(self, trace: Trace, state: str) -> None:
        """Write what the analyst found out about an uncertain reminder."""
        with self._connection:
            self._connection.execute(
                "update rappels set etat = ?, modifie_le = ? where message_id = ? and etat = ?",
                (state, _now(), trace.message_id, UNCERTAIN),
            )


def _trace(row: sqlite3.Row) -> Trace:
    values: dict[str, Any] = dict(row)
    values["modifie_le"] = datetime.fromisoformat(values["modifie_le"])
    return Trace(**values)


def _now() -> str:
    return datetime.now(UTC).isoformat()
