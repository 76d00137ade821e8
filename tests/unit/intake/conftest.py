"""A small way to conform a text written in a test."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.conform import Conformed, Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.pseudonyms import Pseudonymiser

CLE = b"k" * 32
RECU = date(2024, 5, 1)

Conform = Callable[..., tuple[Conformed, pl.DataFrame]]


@pytest.fixture
def conform(tmp_path: Path) -> Conform:
    """Conform bytes as a delivery of 2024-T1 received on 2024-05-01; returns the summary and the rows."""

    def _conform(
        content: bytes | str,
        feed_key: str = "bailleurs/attributions",
        name: str = "sidr.csv",
        correspondences: Correspondences | None = None,
    ) -> tuple[Conformed, pl.DataFrame]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        workspace = tmp_path / "travail"
        workspace.mkdir(exist_ok=True)
        conformed = Conformer(Pseudonymiser(CLE), workspace).conform_delivery(
            load_feeds()[feed_key],
            Delivery(feed_key, "2024-T1", path.stem, path),
            received=RECU,
            correspondences=correspondences or Correspondences(),
            footer={"ppgd.empreinte": "essai"},
        )
        return conformed, pl.read_parquet(conformed.parquet)

    return _conform


@pytest.fixture
def rejects(tmp_path: Path) -> Callable[[], pl.DataFrame]:
    """Read the rejects file of the last conformed delivery."""
    return lambda: pl.read_csv(tmp_path / "travail" / "rejets.csv", separator=";", infer_schema=False)
