"""Torch's global state, kept apart."""

import torch

from nasvid.evaluation.isolation import Isolation


def test_a_run_draws_as_if_it_were_alone() -> None:
    torch.manual_seed(5)
    alone = torch.rand(6).tolist()
    drawn: list[float] = []
    isolation, other = Isolation(5, "cpu", None), Isolation(6, "cpu", None)
    for _ in range(3):
        with isolation.entered():
            drawn += torch.rand(2).tolist()
        with other.entered():
            torch.rand(7)
        torch.rand(3)
    assert drawn == alone


def test_the_process_keeps_its_own_state_and_threads() -> None:
    threads = torch.get_num_threads()
    torch.manual_seed(1)
    expected = torch.rand(4).tolist()
    torch.manual_seed(1)
    found = torch.rand(2).tolist()
    with Isolation(9, "cpu", threads + 1).entered():
        assert torch.get_num_threads() == threads + 1
        torch.rand(5)
    assert found + torch.rand(2).tolist() == expected
    assert torch.get_num_threads() == threads
