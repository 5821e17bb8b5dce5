import asyncio
import threading

import pytest

from gxclassify.server.models import ModelHolder
from gxclassify.server.problems import ProblemError
from gxclassify.server.work import BATCH_CHARACTERS, BATCH_TEXTS, Batcher
from server.loopback import OTHER, TEXT


class Recorder:
    """A model that notes its batches and lets a test wait between them."""

    def __init__(self, model):
        self.model = model
        self.batches = []
        self.threads = []
        self.fail = False

    def tag(self, texts, *, evidence):
        self.batches.append(list(texts))
        self.threads.append(threading.current_thread())
        if self.fail:
            raise ValueError
        return self.model.tag(texts, evidence=evidence)


@pytest.fixture
def recorder(model):
    return Recorder(model)


async def until_scoring(recorder):
    for _ in range(100_000):
        if recorder.batches:
            return
        await asyncio.sleep(0)
    pytest.fail("nothing was scored")


def run(recorder, scenario, **options):
    async def main():
        batcher = Batcher(ModelHolder(recorder), **{"queued_characters": 10**7, **options})
        try:
            return await asyncio.wait_for(scenario(batcher), 30)
        finally:
            batcher.close()

    return asyncio.run(main())


def test_requests_that_come_together_are_scored_together(recorder):
    async def scenario(batcher):
        await asyncio.gather(*(batcher.tag([TEXT]) for _ in range(16)))
        recorder.batches.clear()
        return await asyncio.gather(*(batcher.tag([f"{TEXT}{i}"]) for i in range(16)))

    results = run(recorder, scenario)
    assert [tagged[0].text for tagged in results] == [f"{TEXT}{i}" for i in range(16)]
    assert [len(batch) for batch in recorder.batches] == [16]


def test_results_do_not_depend_on_the_company(recorder, model):
    async def scenario(batcher):
        return await asyncio.gather(*(batcher.tag([text], evidence=True) for text in (TEXT, OTHER, "", TEXT[:5])))

    together = [tagged[0].to_json() for tagged in run(recorder, scenario)]
    alone = [next(model.tag([text])).to_json() for text in (TEXT, OTHER, "", TEXT[:5])]
    for one, other in zip(together, alone, strict=True):
        assert one["scores"] == pytest.approx(other["scores"], abs=1e-5)
        assert (one["tags"], one["text"]) == (other["tags"], other["text"])


def test_a_long_request_does_not_hold_up_a_short_one(recorder):
    done = []

    async def one(batcher, texts, name):
        await batcher.tag(texts)
        done.append(name)

    async def scenario(batcher):
        await asyncio.gather(one(batcher, [TEXT] * 1000, "long"), one(batcher, [TEXT], "short"))

    run(recorder, scenario)
    assert done == ["short", "long"]
    assert max(map(len, recorder.batches)) <= BATCH_TEXTS
    assert sum(map(len, recorder.batches)) == 1001


def test_requests_with_and_without_evidence_are_scored_apart(recorder):
    async def scenario(batcher):
        return await asyncio.gather(batcher.tag([TEXT], evidence=True), batcher.tag([TEXT], evidence=False))

    (with_evidence,), (without,) = run(recorder, scenario)
    assert with_evidence.evidence
    assert not without.evidence


def test_a_single_long_text_is_scored_in_a_thread(recorder):
    async def scenario(batcher):
        await batcher.tag([TEXT])
        return await batcher.tag([TEXT * (BATCH_CHARACTERS // len(TEXT) + 1)])

    assert len(run(recorder, scenario)[0].text) > BATCH_CHARACTERS
    assert recorder.threads[0] is threading.main_thread()
    assert recorder.threads[1] is not threading.main_thread()


def test_a_failure_reaches_everyone_in_the_batch_and_the_next_one_is_scored(recorder):
    async def scenario(batcher):
        recorder.fail = True
        failed = await asyncio.gather(*(batcher.tag([TEXT]) for _ in range(3)), return_exceptions=True)
        recorder.fail = False
        return failed, await batcher.tag([TEXT]), batcher.queued

    failed, tagged, queued = run(recorder, scenario)
    assert [type(error) for error in failed] == [ValueError] * 3
    assert tagged[0].text == TEXT
    assert queued == 0


def test_a_request_that_is_given_up_is_scored_no_further(recorder):
    async def scenario(batcher):
        task = asyncio.create_task(batcher.tag([TEXT] * 10_000))
        await until_scoring(recorder)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await batcher.tag([OTHER])
        return batcher.queued

    assert run(recorder, scenario) == 0
    assert len(recorder.batches) < 10
    assert recorder.batches[-1] == [OTHER]


def test_too_much_waiting_text_is_refused_and_a_lone_long_request_is_not(recorder):
    async def scenario(batcher):
        first = asyncio.create_task(batcher.tag([TEXT] * 10))
        await asyncio.sleep(0)
        with pytest.raises(ProblemError) as refused:
            await batcher.tag([TEXT])
        await first
        return refused.value

    problem = run(recorder, scenario, queued_characters=len(TEXT) * 10)
    assert problem.status == 429
    assert problem.headers["Retry-After"]
    assert len(run(recorder, lambda batcher: batcher.tag([TEXT * 2]), queued_characters=len(TEXT))) == 1


def test_a_request_keeps_its_model_when_another_comes(model):
    first, second = Recorder(model), Recorder(model)

    async def main():
        holder = ModelHolder(first)
        batcher = Batcher(holder, queued_characters=10**7)
        task = asyncio.create_task(batcher.tag([TEXT] * 200))
        await until_scoring(first)
        holder.current = second
        await asyncio.gather(task, batcher.tag([OTHER]))
        batcher.close()

    asyncio.run(main())
    assert sum(map(len, first.batches)) == 200
    assert second.batches == [[OTHER]]
