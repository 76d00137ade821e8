"""The pseudonymisation key and the keyed pseudonyms: a numéro unique never leaves data/raw.

A plain hash of a numéro unique can be reversed by enumeration; HMAC-SHA-256 with a secret key cannot.
"""

import hmac
import os
import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

SHORTEST_KEY = 32
PSEUDONYM_BYTES = 16
_HEX_PER_BYTE = 2
_DIGEST_BYTES = 32


class Pseudonymiser:
    """Gives each identifier its keyed pseudonym (first 128 bits of HMAC-SHA-256), per kind of identifier.

    The key is UTF-8 text; raises UnicodeDecodeError otherwise.

    >>> Pseudonymiser(b"k" * 32).pseudonym("numero_unique", "9740324000012G1104").hex()[:8]
    'd1ee57c2'
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._text = key.decode()

    def pseudonym(self, kind: str, identifier: str) -> bytes:
        """Return the 16 bytes that stand for an identifier of that kind."""
        return hmac.digest(self._key, f"{kind}\0{identifier}".encode(), "sha256")[:PSEUDONYM_BYTES]

    def pseudonyms(self, kind: str, identifiers: "pl.Series") -> "pl.Series":
        """Return the 16 bytes that stand for each identifier of that kind; nothing stays nothing."""
        import polars as pl
        from polars_hash import concat_str

        message = concat_str([pl.lit(f"{kind}\0"), identifiers])
        digests = message.chash.hmac_sha256(key=self._text)
        return _first_bytes(pl.select(digests).to_series())

    @property
    def fingerprint(self) -> str:
        """Return sixteen hex digits that recognise the key and tell nothing of it."""
        return hmac.digest(self._key, b"empreinte de la cle", "sha256").hex()[:16]


def _first_bytes(digests: "pl.Series") -> "pl.Series":
    """Return the bytes of a pseudonym, from digests in hexadecimal: each half of these texts is one block."""
    import numpy as np
    import polars as pl
    import pyarrow as pa

    texts = digests.to_arrow()
    known, offsets, text = texts.buffers()
    pairs = np.frombuffer(text, np.uint16).reshape(-1, _DIGEST_BYTES)
    ends = np.frombuffer(offsets, np.int64) // (_HEX_PER_BYTE * _DIGEST_BYTES // PSEUDONYM_BYTES)
    content = _byte_of_hex_pair()[pairs[:, :PSEUDONYM_BYTES]]
    buffers = [known, pa.py_buffer(ends), pa.py_buffer(content)]
    return pl.Series(pa.Array.from_buffers(pa.large_binary(), len(texts), buffers))


@cache
def _byte_of_hex_pair() -> "np.ndarray":
    """Return, at the place of two hexadecimal digits read as one number, the byte they write."""
    import numpy as np

    table = np.zeros(1 << 16, np.uint8)
    pairs = "".join(f"{byte:02x}" for byte in range(256)).encode()
    table[np.frombuffer(pairs, np.uint16)] = np.arange(256, dtype=np.uint8)
    return table


def load_pseudonymiser(settings: Settings) -> Pseudonymiser:
    """Read the key from PPGD_CLE, else from the key file; raises MisuseError without a usable key."""
    if value := os.environ.get("PPGD_CLE"):
        return Pseudonymiser(_checked(os.fsencode(value.strip()), "PPGD_CLE"))
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
    try:
        key.decode()
    except UnicodeDecodeError:
        raise MisuseError(
            f"La clé de {origin} n'est pas du texte en UTF-8.",
            remede="Écrivez-la en hexadécimal, ou créez-en une avec « ppgd cle ».",
        ) from None
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
