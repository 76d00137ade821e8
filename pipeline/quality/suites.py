"""Reads the suite.yml of a feed and refuses what could not run, naming every problem at once.

A suite checks the values of a delivery as a whole: types, required cells, closed lists, patterns
and keys are the schema's, row by row, at the door.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import yaml

from pipeline.errors import MisuseError
from pipeline.feeds import Feed
from pipeline.quality.results import Severity

ROW_COUNT = "expect_table_row_count_to_be_between"
UNEXPECTED_ROWS = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"

# The types pinned on DuckDB by a test each, with what each cannot do without.
PROVEN_TYPES: Mapping[str, tuple[str, ...]] = {
    ROW_COUNT: (),
    UNEXPECTED_ROWS: (QUERY,),
    "expect_column_pair_values_a_to_be_greater_than_b": ("column_A", "column_B"),
    "expect_column_unique_value_count_to_be_between": ("column",),
    "expect_column_value_lengths_to_be_between": ("column",),
    "expect_column_values_to_be_between": ("column",),
    "expect_column_values_to_be_in_set": ("column", "value_set"),
    "expect_column_values_to_be_unique": ("column",),
    "expect_column_values_to_match_regex": ("column", "regex"),
    "expect_column_values_to_not_be_in_set": ("column", "value_set"),
    "expect_column_values_to_not_be_null": ("column",),
    "expect_column_values_to_not_match_regex": ("column", "regex"),
}

_RATIOS = "par_rapport_au_precedent"
_REQUIRED = ("code", "type", "kwargs", "severity", "description")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINES_ONLY = re.compile(r"\s*select\s+ligne\s+from\s.*\{batch\}.*", re.IGNORECASE | re.DOTALL)
_LINES_ONLY_HINT = "« unexpected_rows_query » ne rend que des lignes : SELECT ligne FROM … sur {batch}"


@dataclass(frozen=True)
class Ratios:
    """How far the number of rows may move from the previous delivery's."""

    minimum: float
    maximum: float


@dataclass(frozen=True)
class Control:
    """One item of a suite."""

    code: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    description: str
    ratios: Ratios | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns it names; a query of rows names none."""
        return _named_columns(self.kwargs)

    def against(self, previous_rows: int | None) -> "Control":
        """Return the control, its bounds worked out from the previous delivery if it compares with it.

        >>> drift = Control("volume-stable", ROW_COUNT, {}, "warning", "…", Ratios(0.5, 2))
        >>> drift.against(13).kwargs
        {'min_value': 7, 'max_value': 26}
        """
        if self.ratios is None or previous_rows is None:
            return self
        low, high = self.ratios.minimum * previous_rows, self.ratios.maximum * previous_rows
        return replace(self, kwargs={"min_value": math.ceil(low), "max_value": math.floor(high)})


def load_suite(feed: Feed) -> tuple[Control, ...]:
    """Read the suite of a feed, in its order; raises MisuseError with every problem found."""
    where = f"expectations/{feed.name}/suite.yml"
    try:
        content = yaml.load(feed.suite_path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except FileNotFoundError as error:
        raise MisuseError(f"{where} manque.", remede="Créez-le avec une liste « controles: ».") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MisuseError(f"{where} ne se lit pas : {error}.", remede="Corrigez le fichier YAML.") from error
    items = content.get("controles") if isinstance(content, dict) else None
    if not isinstance(items, list) or not items:
        raise MisuseError(
            f"{where} n'a pas de liste « controles: ».", remede="Ajoutez-y au moins un contrôle."
        )
    columns = {column.name for column in feed.stored_columns}
    problems = [problem for rank, item in enumerate(items, 1) for problem in _problems(rank, item, columns)]
    problems += _repeated([item["code"] for item in items if isinstance(item, dict) and "code" in item])
    if problems:
        raise MisuseError(
            f"{where} : {' ; '.join(problems)}.", remede="Corrigez ces contrôles, puis relancez."
        )
    return tuple(_control(item) for item in items)


def _control(item: Mapping[str, Any]) -> Control:
    ratios = item.get(_RATIOS)
    return Control(
        code=item["code"],
        type=item["type"],
        kwargs=item["kwargs"],
        severity=item["severity"],
        description=" ".join(item["description"].split()),
        ratios=Ratios(ratios["min"], ratios["max"]) if ratios else None,
    )


def _problems(rank: int, item: object, columns: set[str]) -> list[str]:
    if not isinstance(item, dict):
        return [f"le contrôle n° {rank} n'est pas une liste de clés"]
    name = f"contrôle « {item['code']} »" if "code" in item else f"contrôle n° {rank}"
    if missing := [key for key in _REQUIRED if key not in item]:
        return [f"{name} : il manque {_listed(missing)}"]
    problems = []
    if not _CODE.fullmatch(str(item["code"])):
        problems.append("le code s'écrit en minuscules sans accent, mots séparés par des tirets")
    if unknown := sorted(set(item) - {*_REQUIRED, _RATIOS}):
        problems.append(f"clé inconnue {_listed(unknown)}")
    if item["severity"] not in get_args(Severity):
        problems.append("« severity » vaut critical ou warning")
    if not isinstance(item["description"], str) or not item["description"].strip():
        problems.append("la description est vide")
    problems += _kwargs_problems(item["type"], item["kwargs"], columns)
    problems += _ratios_problems(item)
    return [f"{name} : {problem}" for problem in problems]


def _kwargs_problems(type_: object, kwargs: object, columns: set[str]) -> list[str]:
    if type_ not in PROVEN_TYPES:
        return [f"type inconnu « {type_} » (types éprouvés : {', '.join(sorted(PROVEN_TYPES))})"]
    if not isinstance(kwargs, dict):
        return ["« kwargs » doit être une liste de clés ({} si elle est vide)"]
    if missing := [key for key in PROVEN_TYPES[str(type_)] if key not in kwargs]:
        return [f"« kwargs » : il manque {_listed(missing)}"]
    unknown = sorted(set(_named_columns(kwargs)) - columns)
    problems = [f"colonne absente de la copie contrôlée {_listed(unknown)}"] if unknown else []
    if type_ == UNEXPECTED_ROWS and not _LINES_ONLY.fullmatch(str(kwargs[QUERY])):
        problems.append(_LINES_ONLY_HINT)
    return problems


def _named_columns(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs)


def _ratios_problems(item: Mapping[str, Any]) -> list[str]:
    if _RATIOS not in item:
        return []
    if item["type"] != ROW_COUNT or item["kwargs"]:
        return [f"« {_RATIOS} » ne va qu'avec {ROW_COUNT} et « kwargs: {{}} »"]
    ratios = item[_RATIOS]
    bounds = [ratios.get("min"), ratios.get("max")] if isinstance(ratios, dict) else []
    numbers = [bound for bound in bounds if isinstance(bound, int | float) and bound > 0]
    if len(numbers) != len(("min", "max")) or numbers[0] > numbers[1]:
        return [f"« {_RATIOS} » s'écrit {{min: 0.5, max: 2}}"]
    return []


def _repeated(codes: Sequence[str]) -> list[str]:
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    return [f"code en double {_listed(repeated)}"] if repeated else []


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"« {word} »" for word in words)
