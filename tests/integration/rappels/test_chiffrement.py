"""STARTTLS and the login: used when asked for, never given up in silence."""

import ssl
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline.errors import MisuseError
from pipeline.rappels.server import MailServer
from pipeline.reminding import send_due_reminders
from pipeline.settings import Settings
from tests.integration.rappels.conftest import J_15, equiper, ppgd
from tests.integration.rappels.courriel import ADRESSE, IDENTIFIANT, MOT_DE_PASSE, Boite, serveur

AU_J_15 = date.fromisoformat(J_15)
CHIFFRE = ('smtp_securite = "starttls"', f'smtp_identifiant = "{IDENTIFIANT}"')


@pytest.fixture(scope="module")
def certificat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate of this machine, and the context of a server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ADRESSE)]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADRESSE))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=1)).add_extension(names, critical=False)
    path = tmp_path_factory.mktemp("certificat") / "serveur.pem"
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private = key.private_bytes(serialization.Encoding.PEM, *form)
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


@pytest.fixture
def observatoire(tmp_path, boite, certificat, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat[0]))
    monkeypatch.setenv("PPGD_SMTP_MOT_DE_PASSE", MOT_DE_PASSE)
    with serveur(boite, chiffrement=certificat[1]) as port:
        yield equiper(tmp_path, port, *CHIFFRE)


def test_starttls_and_login(observatoire, boite):
    assert send_due_reminders(observatoire, AU_J_15).is_whole
    assert len(boite.recus) == 3


def test_the_password_may_come_from_a_file(observatoire, boite, monkeypatch, tmp_path):
    monkeypatch.delenv("PPGD_SMTP_MOT_DE_PASSE")
    monkeypatch.setenv("PPGD_SMTP_MOT_DE_PASSE_FICHIER", str(tmp_path / "secret"))
    (tmp_path / "secret").write_text(f"{MOT_DE_PASSE}\n", encoding="utf-8")
    assert send_due_reminders(observatoire, AU_J_15).is_whole


def test_a_wrong_password_is_told_and_not_shown(observatoire, boite, monkeypatch):
    monkeypatch.setenv("PPGD_SMTP_MOT_DE_PASSE", "presque le bon")
    code, shown = ppgd(observatoire, "rappels", "--envoyer", "--au", J_15)
    assert (code, boite.recus) == (3, [])
    assert "identifiant ou mot de passe refusé" in shown
    assert "presque" not in shown


def test_an_unknown_certificate_stops_everything(observatoire, boite, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    report = send_due_reminders(observatoire, AU_J_15)
    assert "certificat ou chiffrement non reconnu" in str(report.cut)
    assert boite.recus == []


def test_a_server_without_starttls_gets_neither_password_nor_mail(tmp_path, monkeypatch):
    monkeypatch.setenv("PPGD_SMTP_MOT_DE_PASSE", MOT_DE_PASSE)
    plain = Boite()
    with serveur(plain) as port:
        report = send_due_reminders(equiper(tmp_path, port, *CHIFFRE), AU_J_15)
    assert "STARTTLS" in str(report.cut)
    assert plain.vus == {}


def test_wrong_settings_are_told_together(tmp_path):
    settings = Settings(
        tmp_path, smtp_port=0, smtp_securite="ssl", smtp_identifiant="x", smtp_delai_secondes=0
    )
    with pytest.raises(MisuseError) as error:
        MailServer.load(settings)
    for told in (
        "smtp_serveur",
        "smtp_expediteur",
        "smtp_port",
        "smtp_securite",
        "smtp_delai",
        "mot de passe manque",
    ):
        assert told in str(error.value)


def test_a_password_neither_travels_in_clear_nor_lies_among_the_data(tmp_path, monkeypatch):
    remote = Settings(
        tmp_path,
        smtp_serveur="smtp.epci.example",
        smtp_expediteur="a@epci.example",
        smtp_securite="aucune",
        smtp_identifiant="x",
    )
    monkeypatch.setenv("PPGD_SMTP_MOT_DE_PASSE", "x")
    with pytest.raises(MisuseError, match="en clair"):
        MailServer.load(remote)
    monkeypatch.delenv("PPGD_SMTP_MOT_DE_PASSE")
    monkeypatch.setenv("PPGD_SMTP_MOT_DE_PASSE_FICHIER", str(tmp_path / "smtp"))
    with pytest.raises(MisuseError, match="un mot de passe n'y va pas"):
        MailServer.load(remote)
