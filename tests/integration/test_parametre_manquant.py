"""A parameter that is missing for a territory with data is an error that names it (règle R0.10)."""

import pytest

from pipeline.acceptation import Door
from pipeline.construction import run_build
from pipeline.errors import BuildFailedError
from pipeline.session import tell_nobody
from pipeline.settings import ROOT, Settings


def deposer(settings: Settings, feed: str, fournisseur: str) -> None:
    example = ROOT / "expectations" / feed.replace("/", "_") / "exemple-valide.csv"
    path = settings.raw / feed / "2025-T1" / f"{fournisseur}.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(example.read_bytes())


def test_a_real_territory_never_borrows_the_fictitious_parameters(reglages: Settings):
    deposer(reglages, "cotation/points", "imhoweb")
    deposer(reglages, "bailleurs/attributions", "alize")
    with Door.open(reglages) as door:
        waiting, _ = door.waiting()
    with pytest.raises(BuildFailedError) as failure:
        run_build(reglages, waiting, on_event=tell_nobody)
    message = str(failure.value)
    assert "Seuil du premier quartile absent : EPCI 249740119, année 2025" in message
    assert "Critère sans bloc : DALO" in message
    assert not reglages.observatoire.exists()
