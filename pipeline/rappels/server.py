"""The mail server: its settings, one session with it, one mail at a time.

The last line of a message (a single dot) is what makes a server take charge of it: it is given apart, after
the journal is written, so that everything before it can be cut without any doubt.
"""

import os
import smtplib
import socket
import ssl
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from pipeline.errors import MisuseError, PpgdError
from pipeline.rappels.contacts import is_address
from pipeline.settings import Settings

STARTTLS, TLS, PLAIN = "starttls", "tls", "aucune"
_HIGHEST_PORT, _LONGEST_SECONDS = 65535, 3600
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_VARIABLE = "PPGD_SMTP_MOT_DE_PASSE"
_YES, _GO_ON, _PASSING, _PERMANENT, _BEYOND = 200, 300, 400, 500, 600
_FAILURES: dict[type[Exception], str] = {
    smtplib.SMTPAuthenticationError: "identifiant ou mot de passe refusé",
    smtplib.SMTPNotSupportedError: "ni chiffrement STARTTLS ni identification proposés",
    smtplib.SMTPServerDisconnected: "connexion fermée",
    smtplib.SMTPResponseException: "réponse négative",
    UnicodeError: "identifiant ou mot de passe hors ASCII",
    ssl.SSLError: "certificat ou chiffrement non reconnu",
    ConnectionError: "connexion refusée ou coupée",
    socket.gaierror: "nom de serveur inconnu",
}


class ServerUnavailableError(PpgdError):
    """The server could not be reached, hung or cut: the mails not yet given to it wait for the next run."""


class MailRefusedError(Exception):
    """The server answered no to one mail, which did not leave; the others may go on."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


@dataclass(frozen=True)
class MailServer:
    """How to reach the mail server. RFC 5321 lets it take ten minutes to answer the end of a message."""

    host: str
    port: int
    security: str
    sender: str
    login: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 60
    last_timeout: float = 600

    @classmethod
    def load(cls, settings: Settings) -> "MailServer":
        """Read the settings and the password; raises MisuseError telling every problem at once."""
        password = _password(settings) if settings.smtp_identifiant else ""
        server = cls(
            host=settings.smtp_serveur,
            port=settings.smtp_port,
            security=settings.smtp_securite,
            sender=settings.smtp_expediteur,
            login=settings.smtp_identifiant,
            password=password,
            timeout=settings.smtp_delai_secondes,
            last_timeout=settings.smtp_delai_remise_secondes,
        )
        if problems := server.problems():
            raise MisuseError(
                "Réglages du courriel : " + " ; ".join(problems) + ".",
                remede="Complétez reglages.toml (docs/rappels.md).",
            )
        return server

    def problems(self) -> list[str]:
        """Return what keeps these settings from working."""
        checks = {
            "« smtp_serveur » manque": bool(self.host),
            "« smtp_expediteur » n'est pas une adresse": is_address(self.sender),
            f"« smtp_port » va de 1 à {_HIGHEST_PORT}": 1 <= self.port <= _HIGHEST_PORT,
            f"« smtp_securite » vaut {STARTTLS}, {TLS} ou {PLAIN}": self.security in {STARTTLS, TLS, PLAIN},
            "« smtp_delai_… » vont de 1 à 3600 secondes": _lasts(self.timeout) and _lasts(self.last_timeout),
            f"le mot de passe manque ({_VARIABLE} ou son fichier)": bool(self.password) or not self.login,
            "un mot de passe ne part pas en clair : « smtp_securite »": (
                not self.login or self.security != PLAIN or self.host in _LOCAL
            ),
        }
        return [problem for problem, holds in checks.items() if not holds]

    @property
    def domain(self) -> str:
        """Return the domain of the sender."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True)
class Session:
    """One open conversation with the server."""

    client: smtplib.SMTP
    server: MailServer

    @classmethod
    @contextmanager
    def open(cls, server: MailServer) -> Generator["Session"]:
        """Connect, encrypt, log in; raises ServerUnavailableError with what to look at."""
        try:
            client = _connected(server)
        except (smtplib.SMTPException, OSError) as error:
            raise _unavailable(server, f"ne répond pas comme attendu : {_told(error)}") from None
        try:
            if server.security == STARTTLS:
                client.starttls(context=ssl.create_default_context())
            client.ehlo_or_helo_if_needed()
            if server.login:
                client.login(server.login, server.password)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            client.close()
            raise _unavailable(server, f"n'ouvre pas de session : {_told(error)}") from None
        try:
            yield cls(client, server)
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
        finally:
            client.close()

    def deliver(
        self, mail: EmailMessage, recipients: Sequence[str], before_last_line: Callable[[int], None]
    ) -> int:
        """Give one mail to the server; returns how many addresses it refused for good.

        Raises MailRefusedError when the mail did not leave, ServerUnavailableError when the server cut: what
        `before_last_line` wrote tells whether the mail may have left.
        """
        try:
            refused = self._address(recipients)
            self._expect(self.client.docmd("DATA")[0], _is_go_on)
            text = smtplib.quotedata(mail.as_string())
            self.client.send(text if text.endswith("\r\n") else f"{text}\r\n")
            before_last_line(refused)
            self._wait(self.server.last_timeout)
            self.client.send(".\r\n")
            code, _ = self.client.getreply()
            self._wait(self.server.timeout)
            self._expect(code, _is_yes)
        except (smtplib.SMTPException, OSError) as error:
            raise _unavailable(self.server, f"a coupé : {_told(error)}") from None
        return refused

    def _address(self, recipients: Sequence[str]) -> int:
        """Name the sender and the recipients; a passing refusal of one puts off the mail of all."""
        self._expect(self.client.mail(self.server.sender)[0], _is_yes)
        codes = [self.client.rcpt(recipient)[0] for recipient in recipients]
        refused = [code for code in codes if not _is_yes(code)]
        for code in refused:
            if code < _PERMANENT or len(refused) == len(codes):
                self._expect(code, _is_yes)
        return len(refused)

    def _expect(self, code: int, is_expected: Callable[[int], bool]) -> None:
        if is_expected(code):
            return
        if not _PASSING <= code < _BEYOND:
            raise smtplib.SMTPServerDisconnected
        with suppress(smtplib.SMTPException, OSError):
            self.client.rset()
        raise MailRefusedError(code)

    def _wait(self, seconds: float) -> None:
        if self.client.sock:
            self.client.sock.settimeout(seconds)


def _lasts(seconds: float) -> bool:
    return 1 <= seconds <= _LONGEST_SECONDS


def _is_yes(code: int) -> bool:
    return _YES <= code < _GO_ON


def _is_go_on(code: int) -> bool:
    return _GO_ON <= code < _PASSING


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout)


def _unavailable(server: MailServer, told: str) -> ServerUnavailableError:
    return ServerUnavailableError(
        f"Le serveur de courriel {server.host}:{server.port} {told}.",
        remede="Vérifiez le serveur et les réglages « smtp_… », puis relancez : rien ne part deux fois.",
    )


def _told(error: Exception) -> str:
    """Name a failure without the server's text, which may quote an address."""
    if "timed out" in str(error):
        return "délai dépassé"
    return next((told for kind, told in _FAILURES.items() if isinstance(error, kind)), type(error).__name__)


def _password(settings: Settings) -> str:
    if value := os.environ.get(_VARIABLE):
        return value
    path = settings.smtp_password_file
    if settings.holds(path):
        raise MisuseError(
            f"{path} est dans le dossier des données ou du projet : un mot de passe n'y va pas.",
            remede=f"Déplacez-le, et dites où par {_VARIABLE}_FICHIER.",
        )
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""
