"""Hostile files at the door: each is refused, or its rows are rejected, with a sentence; nothing breaks."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.acceptation import Decision, Door
from pipeline.settings import ROOT, Settings
from tests.hostile import fichiers
from tests.hostile.classeurs import FEUILLE
from tests.hostile.fichiers import avec, avec_la_partie, cellule, csv, en_classeur, exemple, lignes

FLUX, PERIODE = "bailleurs/attributions", "2025-T1"
RESERVES, REFUS, ACCEPTE = "accepte_avec_reserves", "refuse", "accepte"
SECRET, FORMULE = "ZORGLUB", "=cmd|' /C calc'!A0"
TROP_GRAND = f"{'9' * 32},999999"
ANCIEN_CLASSEUR = b"\xd0\xcf\x11\xe0" + bytes(99)


def cas(nom: str, octets: Callable[[], bytes], decision: str, *mots: str, extension: str = "csv"):
    """One case: what the file is, its bytes, the decision, words of its reasons."""
    return pytest.param(octets, extension, decision, mots, id=nom)


def classeur(nom: str, octets: Callable[[], bytes], *mots: str):
    """One case of a workbook, which is refused."""
    return cas(nom, octets, REFUS, *mots, extension="xlsx")


def une_cellule(nom: str, colonne: str, valeur: str, decision: str, *mots: str):
    """One case of a single cell, at line 9 of 49."""
    return cas(nom, lambda: avec(9, cellule(colonne, valeur)), decision, *mots)


def deux_cellules(colonne: str, neuvieme: str, douzieme: str) -> bytes:
    rows = avec(12, cellule(colonne, douzieme)).decode().splitlines()
    return avec(9, cellule(colonne, neuvieme), rows)


FICHIERS = [
    cas("vide", lambda: b"", REFUS, "Le fichier est vide", "nouvel envoi"),
    cas("marque d'encodage seule", lambda: b"\xef\xbb\xbf", REFUS, "Le fichier est vide"),
    cas("lignes blanches", lambda: b" \r\n\r\n", REFUS, "Le fichier est vide"),
    cas("en-tête seul", lambda: csv(lignes()[:1]), REFUS, "au moins un bail", "nouvel envoi"),
    cas("sans en-tête", lambda: csv(lignes()[1:]), REFUS, "Colonnes obligatoires absentes", "Renommez"),
    cas("radiations", lambda: csv([exemple("sne/radiations")]), REFUS, "ceux de sne/radiations", "Déplacez"),
    cas("coupé dans une ligne", lambda: csv(lignes())[:-100], RESERVES, "lignes trop courtes (1)"),
    cas(
        "coupé dans un caractère", fichiers.coupe_dans_un_caractere, REFUS, "coupé au milieu", "nouvel envoi"
    ),
    cas("un guillemet", lambda: avec(9, lambda row: f'"{row}'), RESERVES, "guillemet isolé (1)"),
    cas("guillemet au bout du fichier", fichiers.guillemet_au_bout, RESERVES, "guillemet isolé (1)"),
    cas("signes de commande dans une ligne à guillemets", fichiers.signes_de_commande, ACCEPTE),
    cas("deux guillemets", lambda: deux_cellules("nom", '"X', 'X"'), RESERVES, "1 ligne rejetée sur 48"),
    cas("deux fois des pouces", lambda: deux_cellules("adresse", '24" r', '3" r'), ACCEPTE),
    cas("ligne courte", lambda: avec(9, lambda row: row[:40]), RESERVES, "lignes trop courtes (1)"),
    cas("ligne longue", lambda: avec(9, lambda row: f"{row};x"), RESERVES, "lignes trop longues (1)"),
    cas("blanche et longue", lambda: avec(9, lambda _: ";" * 30 + "x"), RESERVES, "lignes trop longues (1)"),
    cas("classeur nommé .csv", lambda: en_classeur(lignes()), REFUS, "un classeur Excel", "déposez"),
    cas("PDF nommé .csv", lambda: b"%PDF-1.7\n" + b"x" * 99, REFUS, "un PDF", "Enregistrez-le en CSV"),
    cas("ancien classeur nommé .csv", lambda: ANCIEN_CLASSEUR, REFUS, "ancien classeur .xls"),
    classeur("ancien classeur nommé .xlsx", lambda: ANCIEN_CLASSEUR, "ancien classeur", "réenregistrez-le"),
    classeur("CSV nommé .xlsx", lambda: csv(lignes()), "n'est pas un classeur .xlsx"),
    classeur("classeur de zéro octet", lambda: b"", "Le fichier est vide"),
    classeur("classeur sans cellule", lambda: en_classeur([]), "Le classeur est vide"),
    classeur("classeur à l'en-tête seul", lambda: en_classeur(lignes()[:1]), "au moins un bail"),
    classeur("macros", lambda: avec_la_partie("xl/vbaProject.bin", b"x"), "macros", "sans macros"),
    classeur("classeur coupé", lambda: en_classeur(lignes())[:-400], "abîmé", "réenregistrez-le"),
    classeur("octets changés", lambda: en_classeur(lignes()).replace(b"\0", b"\1"), "abîmé"),
    classeur("feuille abîmée", lambda: avec_la_partie(FEUILLE, b"<worksheet><row"), "Le classeur"),
    classeur("bombe zip", lambda: fichiers.bombe(64), "démesuré", "en CSV"),
    classeur("taille mentie", fichiers.taille_mentie, "abîmé"),
    classeur("cellule au loin", fichiers.cellule_au_loin, "17179869184 cellules", "colonnes vides"),
    classeur("10 000 colonnes en classeur", lambda: en_classeur(fichiers.tres_large()), "10024 colonnes"),
    cas("10 000 colonnes", lambda: csv(fichiers.tres_large()), REFUS, "10024 colonnes", "colonnes utiles"),
    cas("ligne de 64 Mo", fichiers.ligne_de_64_mo, REFUS, "dépasse 1 Mo", "nouvel export"),
    une_cellule("500 ko", "commentaire", "x" * 500_000, ACCEPTE),
    une_cellule("500 ko entre guillemets", "commentaire", f'"{"x" * 500_000}"', ACCEPTE),
    cas("octet nul", lambda: csv(lignes()).replace(b"FICTIF", b"F\0IF", 1), REFUS, "octets nuls"),
    cas("UTF-16 sans marque", lambda: csv(lignes(), "utf-16-le"), REFUS, "octets nuls", "CSV UTF-8"),
    cas("en-têtes en double", fichiers.entetes_en_double, REFUS, "« date_bail »", "Gardez-en une"),
    cas("encodages mêlés", fichiers.encodages_meles, REFUS, "deux encodages : la ligne 10", "CSV UTF-8"),
    cas("octet étranger", fichiers.octet_etranger, REFUS, "ni UTF-8 ni Windows-1252", "Réenregistrez"),
    cas("Windows-1252", lambda: csv(lignes(), "cp1252", "\r\n"), ACCEPTE),
    cas("fins de ligne d'ancien Mac", lambda: csv(lignes(), newline="\r"), ACCEPTE),
    cas("ligne deux fois", lambda: csv([*lignes(), lignes()[1]]), RESERVES, "1 ligne ignorée"),
    cas("clé deux fois", fichiers.cle_deux_fois, RESERVES, "doublons de clé", "1 ligne rejetée sur 49"),
    une_cellule("31 février", "date_bail", "31/02/2025", RESERVES, "date_bail : valeurs illisibles (1)"),
    une_cellule("an 99999", "date_bail", "01/01/99999", RESERVES, "date_bail : valeurs illisibles (1)"),
    une_cellule("dans dix ans", "date_bail", "01/01/2036", RESERVES, "postérieures à la réception (1)"),
    une_cellule("38 chiffres", "loyer_principal_eur", TROP_GRAND, RESERVES, "valeurs illisibles (1)"),
    une_cellule("formule dans un code", "reservataire", FORMULE, RESERVES, "codes inconnus (1)"),
    une_cellule("formule dans un nombre", "loyer_principal_eur", FORMULE, RESERVES, "illisibles (1)"),
    une_cellule("formule dans un texte", "designataire", FORMULE, ACCEPTE),
    cas("en-tête qui commande l'écran", fichiers.entete_a_echappement, RESERVES, "« [31mX »"),
]
NOMS = {
    " sidr.csv": "celui du fournisseur",
    "sidr .csv": "celui du fournisseur",
    "si  dr.csv": "espaces simples",
    "=cmd.csv": "Renommez",
    "si\ndr.csv": "Renommez",
    "si\x1b[31mdr.csv": "Renommez",
    "$(reboot).csv": "Renommez",
    "'; drop table depots; --.csv": "Renommez",
    "é" * 100 + ".csv": "au plus 80",
    os.fsdecode(b"sidr\xff.csv"): "Renommez",
}


def deposer(settings: Settings, octets: bytes, place: str) -> Path:
    path = settings.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    return path


def decider(settings: Settings) -> list[Decision]:
    with Door.open(settings) as door:
        return [decision for decided in door.decide_each(door.waiting_groups()) for decision in decided]


def en_attente(settings: Settings) -> tuple[list[str], dict[str, str]]:
    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    return [delivery.fournisseur for delivery in waiting], {stray.path: stray.reason for stray in misplaced}


def etat(path: Path) -> tuple[bytes, int]:
    return path.read_bytes(), path.stat().st_mtime_ns


@pytest.mark.parametrize(("octets", "extension", "decision", "mots"), FICHIERS)
def test_a_hostile_file_ends_in_a_recorded_decision(reglages, octets, extension, decision, mots):
    path = deposer(
        reglages, octets().replace(b"EXEMPLE", SECRET.encode()), f"{FLUX}/{PERIODE}/sidr.{extension}"
    )
    before = etat(path)
    (decided,) = decider(reglages)
    record, reasons = decided.record, " ".join(decided.record.motifs)
    assert record.decision == decision, reasons
    assert [word for word in mots if word not in reasons] == [], reasons
    assert [value for value in (SECRET, FORMULE, TROP_GRAND) if value in reasons] == []
    assert reasons.isprintable()
    assert etat(path) == before
    assert record.lignes_lues == record.lignes_acceptees + record.lignes_rejetees + record.lignes_ignorees
    copies = [pl.read_parquet(copy).height for copy in reglages.entrepot.rglob("*.parquet")]
    assert copies == ([] if decision == REFUS else [record.lignes_acceptees])
    assert not list(reglages.travail.glob("depot"))
    assert decider(reglages) == []


def test_a_radiations_file_among_the_demandes_never_passes_for_a_stock(reglages):
    deposer(reglages, exemple("sne/radiations").encode(), f"sne/demandes/{PERIODE}/gip-sne.csv")
    (decision,) = decider(reglages)
    assert decision.is_refused
    assert "Déplacez-le dans raw/sne/radiations/" in decision.record.motifs[0]


def test_names_that_are_no_provider_are_told_and_never_read(reglages):
    for nom in NOMS:
        deposer(reglages, csv(lignes()), f"{FLUX}/{PERIODE}/{nom}")
    waiting, misplaced = en_attente(reglages)
    assert waiting == []
    assert len(misplaced) == len(NOMS)
    assert all(path.isprintable() for path in misplaced)
    told = {Path(path).name: reason for path, reason in misplaced.items()}
    for nom, mots in NOMS.items():
        printable = "".join(letter if letter.isprintable() else "?" for letter in nom)
        assert mots in told[printable]


@pytest.mark.parametrize("nom", ["SIDR Réunion (974)", "l'office d'Ève", "S.I.D.R.", "sidr_2", "C&A + B"])
def test_spaces_and_accents_in_a_provider_name_are_kept(reglages, nom):
    deposer(reglages, csv(lignes()), f"{FLUX}/{PERIODE}/{nom}.csv")
    (decision,) = decider(reglages)
    assert (decision.record.decision, decision.record.fournisseur) == (ACCEPTE, nom)
    assert [copy.stem for copy in reglages.entrepot.rglob("*.parquet")] == [nom]


def test_one_name_with_two_codings_of_its_accents_is_one_provider(reglages):
    for nom in ("Re\u0301union", "R\u00e9union"):
        deposer(reglages, csv(lignes()), f"{FLUX}/{PERIODE}/{nom}.csv")
    decisions = decider(reglages)
    assert {decision.record.fournisseur for decision in decisions} == {"R\u00e9union"}
    assert len(list(reglages.entrepot.rglob("*.parquet"))) == 1


def test_a_name_in_another_case_would_count_twice_and_is_told(reglages):
    first = deposer(reglages, csv(lignes()), f"{FLUX}/{PERIODE}/sidr.csv")
    os.utime(first, (1, 1))
    deposer(reglages, csv(lignes()), f"{FLUX}/{PERIODE}/SIDR.csv")
    waiting, misplaced = en_attente(reglages)
    assert waiting == ["sidr"]
    assert "« sidr », à la casse près" in misplaced[f"{FLUX}/{PERIODE}/SIDR.csv"]


def test_links_and_pipes_are_told_and_never_followed(reglages, tmp_path):
    elsewhere = tmp_path / "ailleurs.csv"
    elsewhere.write_bytes(csv(lignes()))
    folder = deposer(reglages, csv(lignes()), f"{FLUX}/{PERIODE}/sidr.csv").parent
    (folder / "lien.csv").symlink_to(elsewhere)
    (folder / "perdu.csv").symlink_to(tmp_path / "absent.csv")
    (folder / "dossier.csv").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "tuyau.csv")
    waiting, misplaced = en_attente(reglages)
    assert waiting == ["sidr"]
    assert {Path(path).name for path in misplaced} == {"lien.csv", "perdu.csv", "dossier.csv", "tuyau.csv"}
    assert all("Copiez le fichier" in reason for reason in misplaced.values())


@pytest.mark.parametrize(("avant", "apres"), [("csv", "xlsx"), ("xlsx", "csv"), ("csv", "CSV")])
def test_of_two_files_for_one_delivery_the_last_arrived_replaces(reglages, avant, apres):
    for rank, extension in enumerate((avant, apres)):
        rows = lignes(4 - rank)
        octets = en_classeur(rows) if extension == "xlsx" else csv(rows)
        path = deposer(reglages, octets, f"{FLUX}/{PERIODE}/sidr.{extension}")
        os.utime(path, (rank + 1, rank + 1))
    first, second = (decision.record for decision in decider(reglages))
    assert [first.fichier[-4:], second.fichier[-4:]] == [f".{avant}"[-4:], f".{apres}"[-4:]]
    with Door.open(reglages) as door:
        assert [record.en_vigueur for record in door.register.records()] == [False, True]
    (copy,) = reglages.entrepot.rglob("*.parquet")
    assert pl.read_parquet(copy).height == second.lignes_acceptees == 36


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_huge_file_is_refused_before_it_fills_the_memory(tmp_path, extension):
    path = tmp_path / f"enorme.{extension}"
    path.write_bytes(fichiers.bombe(400) if extension == "xlsx" else fichiers.ligne_de_64_mo())
    told = subprocess.run(
        [sys.executable, "-m", "tests.hostile.memoire", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(told.stdout) < 64 * fichiers.MO
