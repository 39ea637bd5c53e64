"""Batches go to a GPU whole and without waiting for it."""

import pytest
import torch

from nasvid.training.sending import AHEAD, Sender

pytestmark = pytest.mark.gpu

# About a second of nothing.
CYCLES = 2_000_000_000


def _event() -> torch.cuda.Event:
    event = torch.cuda.Event()
    event.record()
    return event


def test_a_batch_is_sent_while_the_gpu_is_busy() -> None:
    sender, clips = Sender("cuda"), torch.ones(2**24, dtype=torch.uint8)
    # The first time, page-locked memory is set up, which waits.
    for _ in range(AHEAD):
        sender.send(clips)
    torch.cuda.synchronize()
    torch.cuda._sleep(CYCLES)
    busy = _event()
    sender.send(clips)
    assert not busy.query()
    torch.cuda.synchronize()


def test_no_more_than_some_batches_are_under_way() -> None:
    sender, clips = Sender("cuda"), torch.ones(2**20, dtype=torch.uint8)
    torch.cuda._sleep(CYCLES // 4)
    busy = _event()
    for _ in range(AHEAD):
        sender.send(clips)
    sender.send(clips)
    assert busy.query()


def test_every_batch_arrives_as_it_was_when_it_was_sent() -> None:
    sender, clips = Sender("cuda"), torch.empty(2**20, dtype=torch.uint8)
    found: list[torch.Tensor] = []
    for number in range(20):
        clips.fill_(number)
        torch.cuda._sleep(CYCLES // 1000)
        (sent,) = sender.send(clips)
        found.append(sent)
        clips.fill_(255)
    assert [tensor.unique().tolist() for tensor in found] == [[number] for number in range(20)]
