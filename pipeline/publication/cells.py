"""A value as a French spreadsheet expects it: decimal comma, oui / non, and never a formula.

A text that starts as a formula does (OWASP « CSV injection »: = + - @, tab, carriage return, line
feed) is preceded by an apostrophe; a number stays a number, minus sign included.
The rule is written twice, for rows already in Python and for DuckDB's exports; a test holds them equal.
"""

from datetime import date, datetime, time
from decimal import Decimal

BOM = "\ufeff"
SEPARATOR = ";"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT")
_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_PLAIN = (*_WHOLE, "DATE", "TIME")


def french_cell(value: object) -> str:
    """Write one value for a French CSV; unknown is empty.

    >>> french_cell(Decimal("12.50")), french_cell(True), french_cell(None), french_cell("=1+1")
    ('12,50', 'oui', '', "'=1+1")
    """
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Decimal() | float():
            return str(value).replace(".", ",")
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case int() | date() | time():
            return str(value)
        case _:
            text = str(value)
            return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def french_cell_sql(column: str, kind: str) -> str:
    """Write the DuckDB expression that gives the same text as `french_cell` for a column of that type.

    >>> french_cell_sql("arrete_au", "DATE")
    '"arrete_au"::VARCHAR'
    """
    quoted = quoted_name(column)
    if kind.startswith(_NUMBERS):
        return f"replace({quoted}::VARCHAR, '.', ',')"
    if kind == "BOOLEAN":
        return f"CASE WHEN {quoted} THEN 'oui' WHEN NOT {quoted} THEN 'non' END"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({quoted}, '%Y-%m-%d %H:%M:%S')"
    if kind in _PLAIN:
        return f"{quoted}::VARCHAR"
    starts = ", ".join(f"chr({ord(start)})" for start in _FORMULA_STARTS)
    text = f"{quoted}::VARCHAR"
    return f"CASE WHEN left({text}, 1) IN ({starts}) THEN chr(39) || {text} ELSE {text} END"


def quoted_name(identifier: str) -> str:
    """Write an SQL identifier.

    >>> quoted_name("part")
    '"part"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def quoted_text(value: str) -> str:
    """Write an SQL text.

    >>> quoted_text("l'EPCI")
    "'l''EPCI'"
    """
    return "'" + value.replace("'", "''") + "'"


def contents_sql(table: str) -> str:
    """Return the query of a table's rows and of the sum of their hashes, whatever their order.

    A column named as the row would be read in its place: none has a space in its name.
    """
    return (
        f'FROM {table} AS "ligne entière" '
        'SELECT count(*), coalesce(sum(hash("ligne entière")::HUGEINT), 0)::VARCHAR'
    )
