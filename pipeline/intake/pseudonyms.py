"""The pseudonymisation key and the keyed pseudonyms: a numéro unique never leaves data/raw.

A plain hash of a numéro unique can be reversed by enumeration; HMAC-SHA-256 with a secret key cannot.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import MisuseError
from pipeline.settings import Settings

SHORTEST_KEY = 32
_BLOCK = 64
PSEUDONYM_BYTES = 16


class Pseudonymiser:
    """Gives each identifier its keyed pseudonym (first 128 bits of HMAC-SHA-256), per kind of identifier.

    >>> Pseudonymiser(b"k" * 32).pseudonym("numero_unique", "9740324000012G1104").hex()[:8]
    'd1ee57c2'
    """

    def __init__(self, key: bytes) -> None:
        padded = (
            key.ljust(_BLOCK, b"\0")
            if len(key) <= _BLOCK
            else hashlib.sha256(key).digest().ljust(_BLOCK, b"\0")
        )
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def _digests(self, prefix: bytes, messages: Iterable[bytes | None]) -> Iterator[bytes | None]:
        """Yield the HMAC-SHA-256 of each message after the prefix; nothing stays nothing."""
        inside = self._inner.copy()
        inside.update(prefix)
        copy_inside, copy_outside = inside.copy, self._outer.copy
        for message in messages:
            if message is None:
                yield None
                continue
            inner, outer = copy_inside(), copy_outside()
            inner.update(message)
            outer.update(inner.digest())
            yield outer.digest()

    def digests(self, kind: str, identifiers: Iterable[bytes | None]) -> list[bytes | None]:
        """Return the bytes whose first 16 stand for each identifier of that kind; nothing stays nothing."""
        return list(self._digests(f"{kind}\0".encode(), identifiers))

    def pseudonym(self, kind: str, identifier: str) -> bytes:
        """Return the 16 bytes that stand for an identifier of that kind."""
        [found] = self.digests(kind, [identifier.encode()])
        assert found is not None
        return found[:PSEUDONYM_BYTES]

    @property
    def fingerprint(self) -> str:
        """Return sixteen hex digits that recognise the key and tell nothing of it."""
        [found] = self._digests(b"", [b"empreinte de la cle"])
        assert found is not None
        return found.hex()[:16]


def load_pseudonymiser(settings: Settings) -> Pseudonymiser:
    """Read the key from PPGD_CLE, else from the key file; raises MisuseError without a usable key."""
    if value := os.environ.get("PPGD_CLE"):
        return Pseudonymiser(_checked(value.strip().encode(), "PPGD_CLE"))
    path = settings.key_file
    if not path.exists():
        raise MisuseError(
            "Pas de clé de pseudonymisation : rien n'est lu sans elle.",
            remede=f"Lancez « ppgd cle » pour en créer une dans {path}, ou donnez-la par PPGD_CLE.",
        )
    return Pseudonymiser(_checked(path.read_bytes().strip(), str(path)))


def _checked(key: bytes, origin: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise MisuseError(
            f"La clé de {origin} est trop courte : {len(key)} caractères, il en faut {SHORTEST_KEY}.",
            remede="Créez-en une avec « ppgd cle ».",
        )
    return key


def create_key_file(path: Path) -> bool:
    """Write a new random key, readable by its owner alone; returns False when one is there already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    return True


def same_fingerprint(left: str, right: str) -> bool:
    """Compare two key fingerprints in constant time."""
    return hmac.compare_digest(left, right)
