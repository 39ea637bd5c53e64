import torch

from nasvid.training.sending import Sender


def test_on_a_cpu_a_batch_is_there_already() -> None:
    tensors = torch.zeros(2), torch.ones(3)
    assert all(
        sent is given for sent, given in zip(Sender("cpu").send(*tensors), tensors, strict=True)
    )
