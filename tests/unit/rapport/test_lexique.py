"""The codes: those of the program are those of the catalogue, and the page is up to date."""

import ast

from pipeline.intake.faults import EXPLANATIONS
from pipeline.rapport.catalogue import CATALOGUE
from pipeline.rapport.lexique import codes_page
from pipeline.settings import ROOT

MAKERS = {"DeliveryRefusedError", "_refused", "_information", "file_anomaly"}


def codes_written(path):
    """The first text of each call that makes an anomaly, the code held by a variable included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS:
            yield from (
                word.value
                for argument in node.args[:2]
                for word in ast.walk(argument)
                if isinstance(word, ast.Constant) and word.value in CATALOGUE
            )
            yield from _unknown(node)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
            yield from (word.value for word in ast.walk(node.value) if _is_code(word))


def _is_code(word):
    return isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value.startswith("entete_")


def _unknown(node):
    """The code of a refusal is its first argument, known or not."""
    if node.func.id == "DeliveryRefusedError" and isinstance(node.args[0], ast.Constant):
        yield node.args[0].value


def test_every_code_of_the_program_is_in_the_catalogue_and_conversely():
    written = {code for path in (ROOT / "pipeline").rglob("*.py") for code in codes_written(path)}
    assert written | set(EXPLANATIONS) == set(CATALOGUE)


def test_the_page_is_the_one_the_codes_give():
    page = (ROOT / "docs" / "anomalies.md").read_text(encoding="utf-8")
    assert page == codes_page(), "relancez « python -m pipeline.rapport.lexique > docs/anomalies.md »"


def test_every_kind_says_what_it_is_gives_an_example_and_a_remedy():
    assert [
        code for code, kind in CATALOGUE.items() if not (kind.meaning and kind.example and kind.remedy)
    ] == []
