from pathlib import Path

import pytest
import torch

import nasvid
from nasvid.graph.canonical import graph_id
from tests.command_line import REPOSITORY, write

QUICKSTART = REPOSITORY / "search_spaces/quickstart.yaml"


def test_costs_are_those_of_the_module(space: nasvid.SearchSpace) -> None:
    arch = space.sample(seed=3)
    model = arch.build()
    cost = arch.cost(norm=2)
    assert sum(p.numel() for p in model.parameters()) == cost.params
    assert cost.flops == 2 * cost.macs
    assert cost.total == cost.macs + cost.norm_ops
    assert cost.norm_ops > arch.cost().norm_ops == 0


def test_a_module_of_one_input_takes_the_tensor_itself_or_a_dict(
    space: nasvid.SearchSpace,
) -> None:
    model = space.sample().build().eval()
    x_BCTHW = torch.rand(2, 3, 4, 16, 16)
    logits_BK = model(x_BCTHW)
    assert logits_BK.shape == (2, 8)
    assert torch.equal(logits_BK, model({"rgb": x_BCTHW}))


def test_a_module_of_several_inputs_takes_a_dict() -> None:
    arch = next(
        arch
        for arch in map(nasvid.load(QUICKSTART).sample, range(99))
        if len(arch.graph.inputs) == 2
    )
    streams = {item.name: torch.rand(2, *item.shape.sizes) for item in arch.graph.inputs}
    assert set(streams) == {"rgb", "flow"}
    assert arch.build().eval()(streams).shape == (2, 8)


def test_weights_are_drawn_from_the_global_generator(space: nasvid.SearchSpace) -> None:
    def first_weight(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return next(space.sample().build().parameters())

    assert torch.equal(first_weight(1), first_weight(1))
    assert not torch.equal(first_weight(1), first_weight(2))


def test_the_id_is_that_of_the_graph(space: nasvid.SearchSpace) -> None:
    arch = space.sample()
    assert arch.id == graph_id(arch.graph)
    assert repr(arch) == f"Architecture('tiny', '{arch.id}')"
    assert arch.space_name == "tiny"
    assert arch.description == "A stem and one searched block."
    assert arch.warnings == ()


@pytest.mark.parametrize("clip", [None, "8x32"])
def test_a_standalone_file_is_the_same_architecture_elsewhere(
    space_file: Path, tmp_path: Path, clip: str | None
) -> None:
    arch = nasvid.load(space_file, clip=clip, classes=5).sample(seed=1)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    again = nasvid.load(write(folder / "arch.yaml", arch.to_yaml()))
    assert again.architecture().id == arch.id
    assert again.cost() == arch.cost()


def test_a_short_file_names_the_space_as_seen_from_where_it_stands(
    space_file: Path, space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    arch = space.sample(seed=1)
    path = tmp_path / "below" / "arch.yaml"
    text = arch.to_yaml(path)
    assert f"space: ../{space_file.name}\n" in text
    path.parent.mkdir()
    assert nasvid.load(write(path, text)).architecture().id == arch.id
