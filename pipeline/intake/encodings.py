"""One pass over the bytes of a text file: fingerprint, encoding, and what no parser should meet."""

import codecs
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DeliveryRefusedError

CHUNK = 16 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
_ZIP = b"PK\x03\x04"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TextFacts:
    """What the bytes say: encoding (`utf-8`, `cp1252` or `utf-16`) and whether quotes are used."""

    encoding: str
    has_quotes: bool


def file_fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inspect_text(path: Path) -> TextFacts:
    """Read a text file once; raises DeliveryRefusedError on what is not text or cannot be parsed safely."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid_utf8, has_quotes, carried = True, False, 0
    with path.open("rb") as file:
        first = file.read(CHUNK)
        if not first.strip():
            raise DeliveryRefusedError(
                "fichier_vide", "Le fichier est vide.", remede="Demandez un nouvel envoi."
            )
        if first.startswith(_UTF16):
            return TextFacts("utf-16", has_quotes=True)
        chunk = first
        while chunk:
            _refuse_binary(chunk)
            carried = _refuse_long_lines(chunk, carried)
            has_quotes = has_quotes or b'"' in chunk
            if valid_utf8:
                valid_utf8 = _decodes(decoder, chunk)
            chunk = file.read(CHUNK)
    if valid_utf8:
        valid_utf8 = _decodes(decoder, b"", final=True)
    return TextFacts("utf-8" if valid_utf8 else "cp1252", has_quotes)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_binary(chunk: bytes) -> None:
    if chunk.startswith(_ZIP) or b"\0" in chunk:
        raise DeliveryRefusedError(
            "fichier_binaire",
            "Ce fichier .csv n'est pas du texte (classeur renommé ou octets nuls).",
            remede="Enregistrez-le en CSV depuis le tableur, ou déposez le .xlsx.",
        )


def _refuse_long_lines(chunk: bytes, carried: int) -> int:
    """Check each line's length across chunks; returns the bytes of the line left open."""
    position = 0
    while position < len(chunk):
        newline = chunk.rfind(b"\n", position, position + LONGEST_LINE - carried)
        if newline >= 0:
            position, carried = newline + 1, 0
            continue
        carried += len(chunk) - position
        if carried >= LONGEST_LINE:
            raise DeliveryRefusedError(
                "ligne_trop_grande",
                "Une ligne dépasse 1 Mo : les retours à la ligne sont perdus ou le fichier est abîmé.",
                remede="Demandez un nouvel export.",
            )
        break
    return carried


def to_utf8(path: Path, encoding: str, target: Path) -> Path:
    """Return a UTF-8 copy of the file (the file itself when it is UTF-8), decoded strictly."""
    if encoding == "utf-8":
        return path
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            shutil.copyfileobj(source, out, CHUNK)
    except UnicodeError as error:
        raise DeliveryRefusedError(
            "encodage_inconnu",
            "L'encodage n'est ni UTF-8 ni Windows-1252 (ou le fichier en mélange plusieurs).",
            remede="Réenregistrez le fichier en « CSV UTF-8 ».",
        ) from error
    return target
