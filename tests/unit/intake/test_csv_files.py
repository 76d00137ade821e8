"""CSV as it comes: encodings, separators, title and total rows, quotes, exact line numbers."""

import pytest

from pipeline.errors import DeliveryRefusedError
from pipeline.intake import encodings
from pipeline.intake.encodings import inspect_text

ENTETE = "numero_unique;code_commune;date_bail;siren_bailleur;reservataire;loyer_principal_eur"


def ligne(
    serie: int, *, date: str = "15/02/2024", reservataire: str = "PPRIOR", loyer: str = "412,50"
) -> str:
    return f"9740324{serie:06d}G1104;97411;{date};900000001;{reservataire};{loyer}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_each_encoding_gives_the_same_codes(conform, encoding):
    content = f"{ENTETE}\n{ligne(1, reservataire='État – prioritaires'.replace('–', '-'))}\n"
    _, rows = conform(content.encode(encoding))
    assert rows["reservataire"].to_list() == ["PPRIOR"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_each_separator_is_recognised(conform, separator):
    text = f"{ENTETE}\n{ligne(1, loyer='412.50')}\n".replace(";", separator)
    _, rows = conform(text)
    assert str(rows["loyer_principal_eur"][0]) == "412.50"


def test_title_rows_blank_rows_and_total_are_not_households(conform):
    title, total = "Attributions du trimestre;;;;;\n;;;;;\n", ";;;;;\nTotal;;;;;825,00\n"
    text = f"{title}{ENTETE}\n{ligne(1)}\n\n{ligne(2)}\n{total}"
    conformed, rows = conform(text)
    assert rows["ligne"].to_list() == [4, 6]
    assert (conformed.rows_read, conformed.rows_accepted, conformed.rows_ignored) == (3, 2, 1)


def test_free_column_order_and_header_synonyms(conform):
    _, rows = conform(
        "Loyer HC;N° unique;Insee;Date du bail\n300;9740324000001G1104;97411;2024-02-15\n".replace(
            "N° unique", "nud"
        )
    )
    assert rows.select("code_commune", "code_guichet").row(0) == ("97411", "G1104")


def test_quoted_fields_may_hold_separators_and_newlines_and_lines_stay_exact(conform, rejects):
    text = (
        f"{ENTETE};commentaire\n"
        f'{ligne(1)};"a ; b\nsuite"\n'
        f"{ligne(2, date='31/02/2024')};rien\n"
        f'{ligne(3)};"dit ""ici"""\n'
    )
    _, rows = conform(text)
    assert rows["ligne"].to_list() == [2, 5]
    assert rejects().select("ligne", "motif").rows() == [("4", "valeur_invalide")]


def test_a_stray_quote_spoils_its_own_line_only(conform, rejects):
    text = f'{ENTETE}\n"{ligne(1)}\n' + "".join(f"{ligne(serie)}\n" for serie in range(2, 30))
    conformed, rows = conform(text)
    assert rows["ligne"].to_list() == list(range(3, 31))
    assert conformed.rows_rejected == 1
    assert rejects()["ligne"].to_list() == ["2"]


def test_rows_cut_short_or_too_long_are_rejected_and_trailing_separators_are_not(conform, rejects):
    text = f"{ENTETE}\n{ligne(1)};;\n{ligne(2)};en trop\n{ligne(3).rsplit(';', 2)[0]}\n"
    conformed, rows = conform(text)
    assert rows["ligne"].to_list() == [2]
    assert rejects().select("ligne", "motif").rows() == [
        ("4", "ligne_trop_courte"),
        ("3", "ligne_trop_longue"),
    ]
    assert (conformed.rows_read, conformed.rows_accepted, conformed.rows_rejected) == (3, 1, 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "fichier_vide"),
        (b" \r\n\n", "fichier_vide"),
        (b"PK\x03\x04xxxx", "fichier_binaire"),
        (b"a;b\nc\0;d\n", "fichier_binaire"),
        (b"a;b\n" + b"x" * (1024 * 1024 + 1) + b"\n", "ligne_trop_grande"),
    ],
)
def test_what_is_not_a_text_table_is_refused(conform, content, code):
    with pytest.raises(DeliveryRefusedError) as refusal:
        conform(content)
    assert refusal.value.code == code


def test_a_long_line_is_seen_across_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(encodings, "CHUNK", 10)
    monkeypatch.setattr(encodings, "LONGEST_LINE", 25)
    path = tmp_path / "a.csv"
    path.write_bytes(b"12345678901234567890\n" * 5)
    assert inspect_text(path).encoding == "utf-8"
    path.write_bytes(b"123456789\n" + b"x" * 26 + b"\n")
    with pytest.raises(DeliveryRefusedError):
        inspect_text(path)


def test_a_byte_outside_windows_1252_is_refused(conform):
    with pytest.raises(DeliveryRefusedError) as refusal:
        conform(f"{ENTETE}\n{ligne(1)}".encode() + b"\x81\n")
    assert refusal.value.code == "encodage_inconnu"


def test_a_missing_mandatory_header_is_named_with_the_nearest_and_the_remedy(conform):
    with pytest.raises(DeliveryRefusedError) as refusal:
        conform("numero_unique;comune;date_bail;autre\n1;2;3;4\n")
    message = str(refusal.value)
    assert refusal.value.code == "entete_manquant"
    assert "« code_commune »" in message
    assert "« comune » est peut-être code_commune" in message
    assert "correspondances/bailleurs_attributions.yml" in message


def test_a_file_without_header_never_has_its_cells_named(conform):
    with pytest.raises(DeliveryRefusedError) as refusal:
        conform("DUPONT;0692000000;97411\nDURAND;0692000001;97411\n")
    assert refusal.value.code == "entete_introuvable"
    assert "DUPONT" not in str(refusal.value)


def test_two_headers_for_one_column_are_refused(conform):
    with pytest.raises(DeliveryRefusedError) as refusal:
        conform("nud;numero_unique;code_commune;date_bail\n1;2;3;4\n")
    assert refusal.value.code == "entete_en_double"


def test_an_unknown_code_in_a_key_rejects_the_row(conform, rejects):
    header = "NUMERO_UNIQUE;TYPE_DEMANDEUR;DATE_CREATION;MODE_LOGEMENT_ACTUEL;DATE_RADIATION;MOTIF_RADIATION"
    row = "9740324000001G1104;D;01/01/2023;LP;15/02/2024"
    conformed, rows = conform(f"{header}\n{row};RADATT\n{row};RADXYZ\n{row};\n", "sne/radiations")
    assert rows["MOTIF_RADIATION"].to_list() == ["RADATT", None]
    assert rejects().select("ligne", "motif").rows() == [("3", "code_inconnu")]
    assert conformed.rows_rejected == 1
