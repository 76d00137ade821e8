"""One pass over the bytes of a text file: fingerprint, encoding, and what no parser should meet."""

import codecs
import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DeliveryRefusedError

CHUNK = 1024 * 1024
LONGEST_LINE = 1024 * 1024
UTF8, UTF16, CP1252 = "utf-8", "utf-16", "cp1252"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LEADS = ((b"\xc2",), (b"\xc3",), (b"\xc5",), (b"\xe2", b"\xe2\x80"), (b"\xe2", b"\xe2\x82"))
"""What any French letter of UTF-8 starts with; a lone byte is looked for much faster than two."""
_FRENCH_IN_UTF8 = re.compile(rb"[\xc2\xc3\xc5][\x80-\xbf]|\xe2[\x80\x82][\x80-\xbf]")
_BINARIES = {
    b"PK\x03\x04": "un classeur Excel ou une archive zip",
    b"PK\x05\x06": "une archive zip vide",
    b"\xd0\xcf\x11\xe0": "un ancien classeur .xls, ou un classeur protégé par un mot de passe",
    b"%PDF": "un PDF",
    b"\x1f\x8b": "une archive compressée",
    b"7z\xbc\xaf": "une archive compressée",
    b"PAR1": "un fichier Parquet",
}


@dataclass(frozen=True)
class TextFacts:
    """What the bytes say: encoding, whether quotes are used, whether lines end by a lone CR."""

    encoding: str
    has_quotes: bool
    ends_by_cr: bool = False


def file_fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def readable_text(path: Path, workspace: Path) -> tuple[Path, bool]:
    """Return a UTF-8 text whose lines end by LF (the file itself when it is one), and whether it has quotes.

    Raises DeliveryRefusedError on what is not text or cannot be parsed safely.
    """
    facts = inspect_text(path)
    text = _to_utf8(path, facts, workspace / "transcode.csv")
    if facts.encoding == UTF16:
        facts = inspect_text(text)
        text = _to_utf8(text, facts, workspace / "lignes.csv")
    return text, facts.has_quotes


def inspect_text(path: Path) -> TextFacts:
    """Read a text file once; raises DeliveryRefusedError on what is not text or cannot be parsed safely."""
    decoder = codecs.getincrementaldecoder(UTF8)()
    fault: UnicodeDecodeError | None = None
    has_quotes, in_utf8, carried = False, False, 0
    with path.open("rb") as file:
        first = file.read(CHUNK)
        _refuse_empty(first)
        if first.startswith(_UTF16_MARKS):
            return TextFacts(UTF16, has_quotes=True)
        _refuse_known_binary(first)
        newline = b"\r" if b"\r" in first and b"\n" not in first else b"\n"
        chunk = first
        while chunk:
            _refuse_null_bytes(chunk)
            carried = _refuse_long_lines(chunk, carried, newline)
            has_quotes = has_quotes or b'"' in chunk
            in_utf8 = in_utf8 or _holds_utf8(chunk)
            fault = fault or _decoding_fault(decoder, chunk)
            chunk = file.read(CHUNK)
    is_cut = fault is None and (fault := _decoding_fault(decoder, b"", final=True)) is not None
    if fault and (in_utf8 or first.startswith(codecs.BOM_UTF8)):
        raise _cut_short() if is_cut else _mixed(path, newline)
    return TextFacts(CP1252 if fault else UTF8, has_quotes, newline == b"\r")


def _refuse_empty(first: bytes) -> None:
    if not first.removeprefix(codecs.BOM_UTF8).strip():
        raise DeliveryRefusedError("fichier_vide", "Le fichier est vide.", remede="Demandez un nouvel envoi.")


def _refuse_known_binary(first: bytes) -> None:
    for start, named in _BINARIES.items():
        if first.startswith(start):
            raise DeliveryRefusedError(
                "fichier_binaire",
                f"Ce fichier .csv n'est pas du texte : c'est {named}.",
                remede="Enregistrez-le en CSV depuis le tableur, ou déposez le classeur .xlsx.",
            )


def _refuse_null_bytes(chunk: bytes) -> None:
    if b"\0" in chunk:
        raise DeliveryRefusedError(
            "fichier_binaire",
            "Ce fichier .csv n'est pas du texte : il contient des octets nuls.",
            remede="Demandez un nouvel export, en « CSV UTF-8 » ou en .xlsx.",
        )


def _refuse_long_lines(chunk: bytes, carried: int, newline: bytes) -> int:
    """Check each line's length across chunks; returns the bytes of the line left open."""
    position = 0
    while position < len(chunk):
        end = chunk.rfind(newline, position, position + LONGEST_LINE - carried)
        if end >= 0:
            position, carried = end + 1, 0
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


def _holds_utf8(chunk: bytes) -> bool:
    """Tell whether French letters are written in UTF-8: Windows-1252 text has no such pair of bytes."""
    return (
        not chunk.isascii()
        and any(all(part in chunk for part in lead) for lead in _LEADS)
        and _FRENCH_IN_UTF8.search(chunk) is not None
    )


def _decoding_fault(
    decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False
) -> UnicodeDecodeError | None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as fault:
        return fault
    return None


def _cut_short() -> DeliveryRefusedError:
    return DeliveryRefusedError(
        "fichier_coupe",
        "Le fichier est coupé au milieu de son dernier caractère : l'envoi est incomplet.",
        remede="Demandez un nouvel envoi.",
    )


def _mixed(path: Path, newline: bytes) -> DeliveryRefusedError:
    return DeliveryRefusedError(
        "encodages_meles",
        "Le fichier mêle deux encodages : "
        f"la ligne {_first_line_not_utf8(path, newline)} n'est pas en UTF-8 comme le reste.",
        remede="Demandez un nouvel export, en entier en « CSV UTF-8 ».",
    )


def _first_line_not_utf8(path: Path, newline: bytes) -> int:
    decoder, line = codecs.getincrementaldecoder(UTF8)(), 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if fault := _decoding_fault(decoder, chunk):
                return line + fault.object[: fault.start].count(newline)
            line += chunk.count(newline)
    return line


def _to_utf8(path: Path, facts: TextFacts, target: Path) -> Path:
    if facts.encoding == UTF8 and not facts.ends_by_cr:
        return path
    try:
        with (
            path.open(encoding=facts.encoding, newline=None if facts.ends_by_cr else "") as source,
            target.open("w", encoding=UTF8, newline="") as out,
        ):
            shutil.copyfileobj(source, out, CHUNK)
    except UnicodeError as error:
        raise DeliveryRefusedError(
            "encodage_inconnu",
            "L'encodage n'est ni UTF-8 ni Windows-1252, ou le fichier est abîmé.",
            remede="Réenregistrez le fichier en « CSV UTF-8 ».",
        ) from error
    return target
