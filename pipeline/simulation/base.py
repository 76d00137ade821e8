"""The released file, read only: whom the grid is tried on, their facts, the past commissions of CALEOL."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.grilles.ecriture_sql import quoted_name, quoted_text
from pipeline.simulation.axes import FACTS_OF_AXES
from pipeline.simulation.choix import Champ

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pipeline.settings import Settings

FAITS = "fct_faits_demandes"
_NEEDED = {FAITS, "fct_demandes", "fct_attributions", "fct_candidatures_caleol", "publication"}
_KEYS = ("demande_id", "code_epci", "date_faits")


@dataclass(frozen=True)
class Publication:
    """The release the figures come from."""

    publication_id: str
    mention_origine: str
    arrete_au: date | None
    est_fictive: bool


@contextmanager
def open_release(settings: "Settings") -> "Generator[tuple[DuckDBPyConnection, Publication]]":
    """Attach the last release, read only, to a base in memory; its tables are in `publie`."""
    import duckdb

    if not settings.observatoire.exists():
        raise MisuseError("Rien n'est encore publié ici.", remede="Lancez « ppgd construire ».")
    with duckdb.connect() as connection:
        attach_release(connection, str(settings.observatoire))
        [(identity, told, day, origin)] = connection.execute(
            "select publication_id, mention_origine, arrete_au, origine from publie.publication"
        ).fetchall()
        yield connection, Publication(identity, told, day, origin == "fictive")


def attach_release(connection: "DuckDBPyConnection", path: str) -> None:
    """Attach a released file and name its tables; raises MisuseError when some are not there."""
    import duckdb

    again = "Relancez « ppgd construire --forcer » : la publication sera refaite."
    try:
        connection.execute(f"attach {quoted_text(path)} as fichier (read_only)")
    except duckdb.Error as error:
        raise MisuseError("La publication ne s'ouvre pas.", remede=again) from error
    found = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'fichier' and schema_name = 'marts'"
        ).fetchall()
    }
    if missing := sorted(_NEEDED - found):
        raise MisuseError(f"La publication n'a pas {', '.join(missing)} : elle est d'avant.", remede=again)
    connection.execute("create schema publie")
    for name in sorted(_NEEDED):
        connection.execute(f"create view publie.{name} as from fichier.marts.{name}")


def read_population(
    connection: "DuckDBPyConnection", code_epci: str, champ: Champ, facts: Iterable[str]
) -> date:
    """Write `vus`, `candidats` and `faits`; return the last day looked at. Raises MisuseError when empty."""
    epci = quoted_text(code_epci)
    last, chosen = _chosen(connection, epci, champ)
    connection.execute(f"create temp table vus as {chosen}")
    if connection.execute("select count(*) from vus").fetchall() == [(0,)]:
        raise _nobody(connection, code_epci, champ)
    connection.execute(f"create temp table candidats as {_candidates(epci, champ, last)}")
    columns = ", ".join(f"f.{quoted_name(name)}" for name in dict.fromkeys((*_KEYS, *FACTS_OF_AXES, *facts)))
    connection.execute(
        f"create temp table faits as select {columns} from publie.{FAITS} as f "
        f"where f.code_epci = {epci} and (f.demande_id, f.date_faits) in "
        "(select demande_id, date_faits from vus union select demande_id, date_faits from candidats)"
    )
    return last


def _chosen(connection: "DuckDBPyConnection", epci: str, champ: Champ) -> tuple[date, str]:
    """Return the last day and the query of the households: waiting that day, or housed in the period."""
    if champ.periode:
        first, last = champ.periode.premier_jour, champ.periode.dernier_jour
        return last, (
            "select demande_id, coalesce(date_caleol, date_attribution) as date_faits, "
            "max(points) as points_declares, max(grille_version) as version_declaree "
            f"from publie.fct_attributions where est_dans_les_indicateurs and code_epci = {epci} "
            f"and date_attribution between date '{first}' and date '{last}' group by all"
        )
    [(day,)] = connection.execute(
        "select max(date_stock) from publie.fct_demandes "
        f"where est_dans_les_indicateurs and code_epci = {epci}"
    ).fetchall()
    last = day or date.min
    return last, (
        "select demande_id, date_stock as date_faits, points as points_declares, "
        "grille_version as version_declaree from publie.fct_demandes "
        f"where est_dans_les_indicateurs and code_epci = {epci} and date_stock = date '{last}'"
    )


def _candidates(epci: str, champ: Champ, last: date) -> str:
    """Return the ranked candidates of the period, or of the twelve months before the stock (règle F11)."""
    start = (
        f"date '{champ.periode.premier_jour}'"
        if champ.periode
        else f"cast(date '{last}' - interval 12 month + interval 1 day as date)"
    )
    return (
        "select commission_id, logement_id, demande_id, date_seance as date_faits, rang, a_bail_signe, "
        f"points as points_declares from publie.fct_candidatures_caleol where code_epci = {epci} "
        f"and date_seance between {start} and date '{last}' and logement_id is not null and rang is not null "
        "and demande_id not in (select demande_id from publie.fct_demandes where not est_menage)"
    )


def _nobody(connection: "DuckDBPyConnection", code_epci: str, champ: Champ) -> MisuseError:
    known = [
        code
        for (code,) in connection.execute(
            "select distinct code_epci from publie.fct_demandes where est_dans_les_indicateurs order by 1"
        ).fetchall()
    ]
    if code_epci in known and champ.periode:
        return MisuseError(
            f"Aucune attribution de {champ.periode.code} dans l'EPCI {code_epci}.",
            remede="Prenez une autre période, ou « --sur stock ».",
        )
    return MisuseError(
        f"La publication n'a aucune demande dont le premier souhait est dans l'EPCI {code_epci}.",
        remede=f"Corrigez « code_epci » dans la grille. EPCI publiés : {', '.join(known) or 'aucun'}.",
    )
