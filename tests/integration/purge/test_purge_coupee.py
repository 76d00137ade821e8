"""A purge killed between two steps never was, or is finished by the next build."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.acceptation import Door
from pipeline.intake import promotion
from pipeline.intake.register_lines import PurgeRecord
from pipeline.publication import releases
from pipeline.publication.manifest import is_up_to_date
from pipeline.retention import purge as purge_module
from pipeline.retention.trial import Trial
from tests.confidentialite.purges import FACTS, Before, build, joins, marts, pseudonyms, purger, read


class KilledError(BaseException):
    """Stands for a SIGKILL: nothing of ours catches it."""


def same_marts(trial: Trial, reference: Path, on_node: object = None) -> Path:
    """Stand for the trial's build, which the kill makes useless."""
    del trial, on_node
    return reference


def killed(*_: object, **__: object) -> None:
    raise KilledError


def before_the_register(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Trial, "check_same_marts", same_marts)
    patch.setattr("pipeline.intake.register.Register.add_purge", killed)


def after_the_register(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Trial, "check_same_marts", same_marts)
    add = promotion.Register.add_purge

    def then_killed(register: promotion.Register, purge: PurgeRecord, *rest: object) -> None:
        add(register, purge, *rest)
        raise KilledError

    patch.setattr("pipeline.intake.register.Register.add_purge", then_killed)


def between_two_moves(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Trial, "check_same_marts", same_marts)
    replace, made = promotion.Path.replace, []

    def cut(path: Path, target: Path) -> Path:
        if ".promotion" in str(path):
            if made:
                raise KilledError
            made.append(target)
        return replace(path, target)

    patch.setattr(promotion.Path, "replace", cut)


def before_the_release(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Trial, "check_same_marts", same_marts)
    patch.setattr(purge_module, "publish_release", killed)


def before_the_detail_goes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(releases, "_forget_cut_links", killed)


CUTS = (after_the_register, between_two_moves, before_the_release, before_the_detail_goes)


def test_a_purge_killed_before_the_register_never_was(root, before, monkeypatch):
    before_the_register(monkeypatch)
    with pytest.raises(KilledError):
        purger(root)
    monkeypatch.undo()
    with Door.open(root) as door:
        door.recover()
        assert door.register.purges() == []
    assert Before.of(root) == before
    assert is_up_to_date(root)
    assert not (root.entrepot / promotion.FOLDER).exists()


@pytest.mark.parametrize("cut", CUTS)
def test_a_purge_killed_later_is_finished_by_the_next_build(
    root, before, monkeypatch, cut: Callable[[pytest.MonkeyPatch], None]
):
    cut(monkeypatch)
    with pytest.raises(KilledError):
        purger(root)
    monkeypatch.undo()
    assert read(root, FACTS) == before.facts
    assert not is_up_to_date(root)
    assert build(root) == ()
    assert (marts(root), read(root, FACTS), joins(root)) == (before.marts, before.facts, before.joins)
    assert not {one for rows in pseudonyms(root).values() for one in rows} & before.ended
    assert not (root.marts / "publications" / before.release / "observatoire.duckdb").exists()
    assert not (root.entrepot / promotion.FOLDER).exists()
    assert not (root.travail / "purge").exists()
