"""The grids of a data root: loaded together, refused together, written as the queries that dbt runs.

In force, former or in test, they score from their validity; a draft is checked and scores nothing.
"""

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.grilles.cas import SUFFIX
from pipeline.grilles.cible import Cible
from pipeline.grilles.compilation import criteria_sql, detail_sql, totals_sql
from pipeline.grilles.grilles import GrilleChargee, load_grilles
from pipeline.grilles.modele import Grille
from pipeline.grilles.problemes import GrilleRefuseeError, Probleme
from pipeline.grilles.requetes import CRITERES, DETAIL, FAITS, TESTS, TOTAUX, definitions, queries_file

if TYPE_CHECKING:
    from pipeline.settings import Settings

_SCORED = ("en_vigueur", "test")
_SUFFIXES = {".yml", ".yaml"}
_CASES = Path(SUFFIX).stem


def load_folder(settings: "Settings") -> list[GrilleChargee]:
    """Return the grids of a data root; raises GrilleRefuseeError with every problem of every file."""
    loaded = load_grilles(_grids(settings.grilles))
    if not settings.est_fictif:
        _refuse_fictitious(loaded)
    return loaded


def write_queries(settings: "Settings") -> list[GrilleChargee]:
    """Load the grids and write their queries where dbt reads them, when they changed."""
    loaded = load_folder(settings)
    path = queries_file(settings)
    content = _parquet(definitions(dict(_queries([each.grille for each in loaded]))))
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)
    return loaded


def _queries(grilles: Sequence[Grille]) -> Iterator[tuple[str, str]]:
    """Yield the queries that some grid fills.

    The detail explains declared points: it is asked of former versions too, beyond their validity.
    """
    here = Cible(faits=f"query_table({FAITS})")
    in_force, tried = ([each for each in grilles if each.statut == kind] for kind in _SCORED)
    if in_force:
        yield TOTAUX, totals_sql(in_force, here)
        yield DETAIL, detail_sql(in_force, replace(here, a_toute_date=True))
    if tried:
        yield TESTS, totals_sql(tried, here)
    if in_force or tried:
        yield CRITERES, criteria_sql([*in_force, *tried])


def _parquet(macros: dict[str, str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({"nom": list(macros), "definition": list(macros.values())}), buffer)
    return buffer.getvalue()


def _refuse_fictitious(loaded: Sequence[GrilleChargee]) -> None:
    """A fictitious parameter serves fictitious data only (règle R0.10)."""
    for each in loaded:
        if each.grille.fictive:
            found = "Une grille fictive ne cote pas de vraies demandes."
            remedy = "Si elle a été votée, écrivez « fictive: non » ; sinon, retirez ce fichier."
            raise GrilleRefuseeError(str(each.chemin), [Probleme(1, ("fictive",), found, remedy)])


def _grids(folder: Path) -> list[Path]:
    """Return the files of the grids; their cases and what editors read beside them are none."""
    files = sorted(path for path in folder.glob("*.y*ml") if path.suffix in _SUFFIXES)
    return [path for path in files if not path.stem.endswith(_CASES) and not path.name.startswith(".")]
