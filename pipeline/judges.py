"""Where deliveries are judged: in this process, or by several at once. The register stays with the caller."""

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Generator, Hashable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from math import ceil
from multiprocessing import connection, forkserver, get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path
from tempfile import gettempdir
from threading import Thread
from typing import Any, TypeVar

from pipeline.errors import BuildFailedError
from pipeline.intake.lots import Group
from pipeline.judgement import Case, Judge, Outcome

T = TypeVar("T")
JudgeTogether = Callable[[Sequence[Case], Path], list[Outcome]]
_MOST_PROCESSES = 4
_AHEAD = 16
_WORTH_A_PROCESS = 8
_DEEPEST_TMPDIR = 70
_NEEDED = ("pipeline.intake.conform", "pipeline.quality.duckdb_datasource")


def _as_it_is(judge: Judge) -> JudgeTogether:
    return judge.judge_together


def _judge_together(judge: bytes, cases: Sequence[Case], folder: Path) -> list[Outcome]:
    return _received(judge).judge_together(cases, folder)


@lru_cache(maxsize=1)
def _received(judge: bytes) -> Judge:
    return pickle.loads(judge)  # noqa: S301 it comes from the parent process


@dataclass(frozen=True)
class Judges:
    """Who judges, how many groups may be in hand at once, and how the judge reaches who judges."""

    executor: Executor
    most: int
    sent: Callable[[Judge], JudgeTogether] = _as_it_is

    def judge_each(
        self,
        judge: Judge,
        groups: Sequence[Group],
        *,
        chain_of: Callable[[Group], Hashable],
        cases_of: Callable[[Group], Sequence[Case]],
        workspace: Path,
    ) -> Generator[tuple[Sequence[Case], list[Outcome]]]:
        """Start on the first groups at once; yield the cases of each group and their outcomes.

        Two groups of one chain are never in hand together: the cases of the second are made once
        the caller has dealt with the first. Raises BuildFailedError when a process died.
        """
        waiting, in_hand = dict(enumerate(groups)), deque[_InHand]()
        judge_together = self.sent(judge)

        def take_in_hand() -> None:
            busy = {held.chain for held in in_hand}
            for rank, group in list(waiting.items()):
                chain = chain_of(group)
                if len(in_hand) < self.most and chain not in busy:
                    busy.add(chain)
                    cases = cases_of(waiting.pop(rank))
                    with _telling_a_dead_process():
                        judged = self.executor.submit(judge_together, cases, workspace / str(rank))
                    in_hand.append(_InHand(chain, cases, judged))

        def give_back() -> Generator[tuple[Sequence[Case], list[Outcome]]]:
            while in_hand:
                held = in_hand.popleft()
                with _telling_a_dead_process():
                    outcomes = held.judged.result()
                yield held.cases, outcomes
                take_in_hand()

        take_in_hand()
        return give_back()


@dataclass(frozen=True)
class _InHand:
    chain: Hashable
    cases: Sequence[Case]
    judged: "Future[list[Outcome]]"


@contextmanager
def _telling_a_dead_process() -> Generator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise BuildFailedError(
            "Un processus de contrôle s'est arrêté, sans doute faute de mémoire.",
            remede="Ce qui était publié reste en place. Libérez de la mémoire, puis relancez.",
        ) from error


class _InPlace(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


IN_PLACE = Judges(_InPlace(), most=1)


@contextmanager
def judges_for(deliveries: int) -> Generator[Judges]:
    """Give the processes to judge so many deliveries, as the machine allows."""
    processes = min(ceil(deliveries / _WORTH_A_PROCESS), os.cpu_count() or 1, _MOST_PROCESSES)
    if processes == 0:
        yield IN_PLACE
        return
    pool = ProcessPoolExecutor(processes, mp_context=_context(), initializer=_make_ready)
    waiters = ThreadPoolExecutor(processes)
    try:
        yield Judges(waiters, most=_AHEAD * processes, sent=partial(through, pool))
    finally:
        waiters.shutdown(cancel_futures=True)
        pool.shutdown(cancel_futures=True)


def through(pool: ProcessPoolExecutor, judge: Judge) -> JudgeTogether:
    """Pickle the judge once, now: feeds learn of themselves later. Each call waits for a process.

    The first call waits until their parent has loaded: a thread bears it, while the caller goes on.
    """
    judge_together = partial(_judge_together, pickle.dumps(judge))
    return lambda cases, folder: pool.submit(judge_together, cases, folder).result()


def _context() -> BaseContext:
    """Return how processes start: from a common parent, started at once, that loads what judgements need.

    Loading takes as long as judging several deliveries. The path of the parent's socket must fit in 108
    bytes: under a deep TMPDIR, each process loads for itself.
    """
    if len(gettempdir()) > _DEEPEST_TMPDIR:
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_NEEDED))
    forkserver.ensure_running()
    return context


def _make_ready() -> None:
    """Leave Ctrl-C to the parent, end when it asks or is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a parent that ignores it would hand that down
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
