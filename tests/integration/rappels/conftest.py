"""An observatory that expects three deliveries for 20 April 2025, and the mail server it writes to."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.intake.register import Register
from pipeline.intake.register_lines import DepotRecord, Line
from pipeline.settings import ROOT, SETTINGS_FILE, Settings
from tests.integration.rappels.courriel import ADRESSE, Boite, serveur

CALENDRIER = """
attendus:
  - flux: bailleurs/attributions
    fournisseurs: [alize, moufia, Salines]
    cadence: trimestrielle
    delai_jours: 20
    depuis: 2025-T1
    jusqu_a: 2025-T1
"""
CONTACTS = """
alize: depots@alize.example
moufia: [un@moufia.example, deux@moufia.example]
salines: [depots@salines.example]
"""
J_15, J_3, J_7 = "2025-04-05", "2025-04-17", "2025-04-27"
PPGD = (sys.executable, "-c", "from pipeline.cli import run; run()")


@pytest.fixture
def boite() -> Boite:
    return Boite()


@pytest.fixture
def port(boite: Boite) -> Iterator[int]:
    with serveur(boite) as listening:
        yield listening


@pytest.fixture
def observatoire(tmp_path: Path, port: int) -> Settings:
    return equiper(tmp_path, port)


def equiper(folder: Path, port: int, *lines: str) -> Settings:
    """Write the calendar, the contacts and the settings of an observatory; returns what it reads."""
    root, contacts = folder / "donnees", folder / "contacts.yml"
    root.mkdir()
    contacts.write_text(CONTACTS, encoding="utf-8")
    (root / "calendrier.yml").write_text(CALENDRIER, encoding="utf-8")
    choices = {
        "contacts": f'"{contacts}"',
        "smtp_serveur": f'"{ADRESSE}"',
        "smtp_port": str(port),
        "smtp_securite": '"aucune"',
        "smtp_expediteur": '"ppgd@epci.example"',
        "smtp_delai_secondes": "2",
    } | dict(line.split(" = ", 1) for line in lines)
    text = "".join(f"{name} = {value}\n" for name, value in choices.items())
    (root / SETTINGS_FILE).write_text(text, encoding="utf-8")
    return Settings.load(root)


def commande(settings: Settings, *verb: str) -> list[str]:
    return [*PPGD, *verb, "--donnees", str(settings.donnees)]


def ppgd(settings: Settings, *verb: str) -> tuple[int, str]:
    done = subprocess.run(
        commande(settings, *verb), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def inscrire(settings: Settings, fournisseur: str, decision: str, periode: str = "2025-T1") -> None:
    """Write a decision in the register, as the door does."""
    day = datetime(2025, 4, 2, 8, tzinfo=UTC)
    record = DepotRecord(
        flux="bailleurs/attributions",
        periode=periode,
        fournisseur=fournisseur,
        fichier=f"bailleurs/attributions/{periode}/{fournisseur}.csv",
        empreinte="0",
        octets=1,
        modifie_ns=1,
        recu_le=day,
        traite_le=day,
        lignes_lues=120,
        lignes_acceptees=106,
        lignes_rejetees=14,
        lignes_ignorees=0,
        decision=decision,
        motifs=("date_bail : valeurs illisibles (14)",),
        version_schema="1",
        version_code="1",
        en_vigueur=decision != "refuse",
    )
    with Register.open(settings.registre) as register:
        register.add_together([Line(record, (), None)])
