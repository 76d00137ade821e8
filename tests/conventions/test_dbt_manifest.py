"""What the dbt project promises of itself: layers, names, grain, keys, descriptions, portable marts."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from pipeline.parsed_models import load_models
from pipeline.settings import ROOT, Settings

PROJECT = ROOT / "dbt_project"
GRAIN = re.compile(r"Une ligne par [^.]+\.$")
# What each layer may read: the one before it, itself for the calculations, and the seeds.
READS = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate"},
}
NAMES = {
    "staging": r"stg_{folder}__[a-z0-9_]+",
    "intermediate": r"int_{folder}__[a-z0-9_]+",
    "coeur": r"(fct|dim)_[a-z0-9_]+",
    "marts": r"mart_[a-z0-9_]+",
}
NOT_PORTABLE = re.compile(
    r"\bqualify\b|\bexclude\s*\(|\bgroup by all\b|\bmedian\s*\(|\bany_value\s*\(|\bstring_agg\s*\("
    r"|\bminby\b|\bmin_by\b|\blist_|\bunnest\b|\bunpivot\b|//",
    re.IGNORECASE,
)
UNSEEN = re.compile(
    r"\bread_\w+\s*\(|\bglob\s*\(|\bcurrent_(?:date|time\w*)\b|\bnow\s*\(|\btoday\s*\(|\brandom\s*\("
    r"|\benv_var\b|\brun_started_at\b|\binvocation_id\b|\busing sample\b",
    re.IGNORECASE,
)
VOCABULARY = "fct_faits_demandes"  # its columns are the facts of expectations/grilles/faits.yml (test_faits)
MOST_COLUMNS = {"mart": 25, "fct": 30, "dim": 30}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The parsed project."""
    return load_models(Settings.load(tmp_path_factory.mktemp("manifeste")))


def nodes(manifest: Any, kind: str) -> Iterator[Any]:
    return (node for node in manifest.nodes.values() if node.resource_type == kind)


def models(manifest: Any, layer: str | None = None) -> list[Any]:
    return [node for node in nodes(manifest, "model") if layer is None or layer_of(node) == layer]


def layer_of(node: Any) -> str:
    return "seed" if node.resource_type == "seed" else node.fqn[1]


def generic_name(test: Any) -> str | None:
    """Return the name of a generic test, None for a singular one."""
    metadata = getattr(test, "test_metadata", None)
    return metadata and metadata.name


def test_layers_read_only_the_layer_before(manifest):
    wrong = {}
    for model in models(manifest):
        read = {
            "source" if name.startswith("source.") else layer_of(manifest.nodes[name])
            for name in model.depends_on.nodes
        }
        if read - READS[layer_of(model)]:
            wrong[model.name] = read
    assert wrong == {}


def test_a_staging_model_reads_one_source_named_after_it(manifest):
    for model in models(manifest, "staging"):
        (read,) = model.depends_on.nodes
        source, table = read.split(".")[-2:]
        assert model.name == f"stg_{source}__{table}"
        assert " join " not in model.raw_code


def test_names_tell_the_layer_and_the_folder(manifest):
    wrong = []
    for model in models(manifest):
        folder = model.fqn[2]
        pattern = NAMES.get(folder) or NAMES[layer_of(model)].format(folder=folder)
        if not re.fullmatch(pattern, model.name):
            wrong.append(model.original_file_path)
    assert wrong == []


def test_every_table_says_what_a_row_is(manifest):
    described = [*models(manifest), *nodes(manifest, "seed"), *manifest.sources.values()]
    assert [node.name for node in described if not GRAIN.search(node.description.strip())] == []


def test_every_model_has_a_tested_key(manifest):
    tested = {test.attached_node for test in nodes(manifest, "test") if generic_name(test) == "cle_unique"}
    before = [*models(manifest, "staging"), *models(manifest, "intermediate"), *nodes(manifest, "seed")]
    assert [node.name for node in before if node.unique_id not in tested] == []


def test_marts_are_contracted_with_their_key(manifest):
    for mart in models(manifest, "marts"):
        assert mart.config.contract.enforced, mart.name
        (key,) = [rule.columns for rule in mart.constraints if rule.type == "primary_key"]
        for name in key:
            assert "not_null" in {rule.type for rule in mart.columns[name].constraints}, (mart.name, name)


def test_every_mart_column_is_described_through_a_doc_block(manifest):
    bare = [
        f"{mart.name}.{column.name}"
        for mart in models(manifest, "marts")
        for column in mart.columns.values()
        if mart.name != VOCABULARY and not (column.doc_blocks and column.description.strip())
    ]
    assert bare == []


def test_every_doc_block_is_used(manifest):
    used = {block for node in models(manifest) for block in node.doc_blocks}
    used |= {
        block for node in models(manifest) for column in node.columns.values() for block in column.doc_blocks
    }
    ours = {name for name in manifest.docs if ".observatoire." in f".{name}" and "__overview__" not in name}
    assert ours - used == set()


def test_a_mart_is_not_too_wide(manifest):
    widths = {mart.name: len(mart.columns) for mart in models(manifest, "marts") if mart.name != VOCABULARY}
    assert {name: n for name, n in widths.items() if n > MOST_COLUMNS[name.split("_")[0]]} == {}


def test_a_mart_has_its_yml_beside_its_sql(manifest):
    for mart in models(manifest, "marts"):
        beside = PurePosixPath(mart.original_file_path).with_suffix(".yml")
        assert mart.patch_path.endswith(str(beside))


def test_marts_use_no_construct_of_one_engine(manifest):
    found = {mart.name: NOT_PORTABLE.findall(mart.raw_code) for mart in models(manifest, "marts")}
    assert {name: words for name, words in found.items() if words} == {}


def test_tables_depend_on_nothing_but_their_sources(manifest):
    """A table is kept while its sources stand: no clock, no chance, no file read behind their back."""
    macros = (macro for macro in manifest.macros.values() if macro.package_name == "observatoire")
    codes = {
        node.name: node.raw_code for node in manifest.nodes.values() if node.resource_type != "operation"
    }
    codes |= {macro.name: macro.macro_sql for macro in macros}
    assert len(codes) > 300
    found = {name: UNSEEN.findall(code) for name, code in codes.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_what_calls_the_grids_depends_on_them(manifest):
    """A table is kept while its sources stand: the macros of the grids stand for one."""
    callers = [model for model in models(manifest) if re.search(r"\bgrilles_\w+\s*\(", model.raw_code)]
    assert len(callers) >= 3
    queries = "model.observatoire.stg_grilles__requetes"
    assert [model.name for model in callers if queries not in model.depends_on.nodes] == []


def test_marts_parse_as_postgresql():
    from sqlfluff.core import FluffConfig, Linter

    config = FluffConfig.from_path(str(PROJECT), overrides={"dialect": "postgres"})
    linter = Linter(config=config)
    for path in sorted((PROJECT / "models" / "marts").rglob("*.sql")):
        parsed = linter.parse_string(path.read_text(encoding="utf-8"), fname=str(path))
        assert [error.desc() for error in parsed.violations] == [], path.name


def test_every_singular_test_says_what_it_detects_and_why():
    for path in sorted((PROJECT / "tests" / "coherence").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("-- Détecte "), path.name
        assert "-- Cause probable" in text, path.name


def test_every_singular_test_is_described(manifest):
    singular = [node for node in nodes(manifest, "test") if generic_name(node) is None]
    assert singular
    assert [node.name for node in singular if not node.description] == []


def test_every_unit_test_shows_its_arithmetic(manifest):
    assert [test.name for test in manifest.unit_tests.values() if len(test.description) < 40] == []


def test_every_seed_is_typed_described_dated_and_sourced(manifest):
    for seed in nodes(manifest, "seed"):
        header = (PROJECT / seed.original_file_path).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert list(seed.config.column_types) == header, seed.name
        assert [name for name in header if not seed.columns[name].description] == [], seed.name
        assert {"source", "texte_legal"} & set(header), seed.name
        assert {"millesime", "valide_du", "annee", "generation"} & set(header), seed.name
        if seed.fqn[1] == "parametres":
            assert "est_fictif" in header, seed.name


def test_every_group_is_set(manifest):
    built = [*models(manifest), *nodes(manifest, "seed")]
    assert [node.name for node in built if not node.config.meta.get("dagster", {}).get("group")] == []


def test_nothing_is_downloaded():
    assert [name for name in ("packages.yml", "dependencies.yml") if Path(PROJECT / name).exists()] == []
