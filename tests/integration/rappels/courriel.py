"""A real mail server on this machine, which keeps what it takes and misbehaves on demand."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

Hook = Callable[[SMTP], "str | None"]
ADRESSE = "127.0.0.1"
IDENTIFIANT, MOT_DE_PASSE = "observatoire", "un mot de passe de test"
COUPURE = "coupure"


def couper(server: SMTP) -> str:
    """Cut the connection, with no answer."""
    server.transport.abort()
    return COUPURE


def se_taire(_server: SMTP) -> str:
    """Never answer."""
    return "silence"


def repondre(answer: str) -> Hook:
    """Answer this, whatever was asked."""
    return lambda _server: answer


@dataclass
class Boite:
    """What the server took; `quand[event, rank]` is done at the rank-th MAIL, RCPT, DATA, CORPS or POINT.

    CORPS, the beginning of a text, is watched only if a test asks for it.
    """

    quand: dict[tuple[str, int], Hook] = field(default_factory=dict)
    garder_puis_repondre: bool = True
    recus: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    vus: Counter[str] = field(default_factory=Counter)

    @property
    def identites(self) -> list[str]:
        """Return the Message-ID of each mail taken."""
        return [str(mail["Message-ID"]) for _, mail in self.recus]

    @property
    def textes(self) -> list[str]:
        """Return the text of each mail taken."""
        bodies = (mail.get_body() for _, mail in self.recus)
        return [body.get_content() for body in bodies if body]

    async def reagir(self, event: str, server: SMTP) -> str | None:
        """Count an event and do what the test asked for."""
        self.vus[event] += 1
        hook = self.quand.get((event, self.vus[event])) or self.quand.get((event, 0))
        answer = hook(server) if hook else None
        if answer == "silence":
            await asyncio.sleep(3600)
        return answer

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802 aiosmtpd's name
        """Take or refuse the sender."""
        answer = await self.reagir("MAIL", server)
        if not answer:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        """Take or refuse one address."""
        answer = await self.reagir("RCPT", server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        """Keep the mail, before or instead of what the test asked for."""
        content = (
            list(envelope.rcpt_tos),
            message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.SMTP),
        )
        if self.garder_puis_repondre:
            self.recus.append(content)
        answer = await self.reagir("POINT", server)
        if not self.garder_puis_repondre and not answer:
            self.recus.append(content)
        return answer or "250 OK"


class _Serveur(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if answer := await self.event_handler.reagir("DATA", self):
            if answer != COUPURE:
                await self.push(answer)
            return
        if any(event == "CORPS" for event, _ in self.event_handler.quand):
            await self.push("354 j'écoute")
            await self._reader.readline()
            await self.event_handler.reagir("CORPS", self)
            return
        await super().smtp_DATA(arg)


class _Controleur(Controller):
    def factory(self) -> SMTP:
        return _Serveur(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    expected = LoginPassword(IDENTIFIANT.encode(), MOT_DE_PASSE.encode())
    return AuthResult(success=data == expected, handled=False)


@contextmanager
def serveur(boite: Boite, *, chiffrement: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run the server; gives its port. With a certificate, it demands STARTTLS and a login."""
    protected: dict[str, Any] = {}
    if chiffrement:
        protected = {
            "tls_context": chiffrement,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _authenticate,
        }
    controller = _Controleur(boite, hostname=ADRESSE, port=0, **protected)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
