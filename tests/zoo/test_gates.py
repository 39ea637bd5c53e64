"""Gates of AssembleNet++ are those that were released, and dropout stands where the reference has it."""

import pytest

from nasvid.api.zoo import zoo_network
from nasvid.graph.ir import flatten
from nasvid.graph.primitives.gate import Gate


def gates(name: str) -> dict[tuple[int, int], float | None]:
    """Reading node and read node to the gate between them."""
    graph = zoo_network(name).space.architecture().graph
    numbers: dict[str, list[float | None]] = {}
    for node in flatten(graph)[0]:
        if isinstance(node.op, Gate):
            numbers.setdefault(node.name.partition("_")[0], []).append(node.op.initial)
    merges = {node.name: node for node in graph.nodes if node.name.endswith("_merge")}
    return {
        (int(reader[1:]), int(read[1:])): number
        for reader, found in numbers.items()
        for read, number in zip(merges[f"{reader}_merge"].inputs, found, strict=False)
    }


# Of each network the edges that count most, and one that counts little.
STRONG = {(13, 4): 0.974, (13, 11): 0.919, (8, 4): 0.877, (7, 4): 0.824, (11, 4): 0.812}
STRONG |= {(10, 4): 0.768}
LITE = {(10, 9): 0.999, (9, 0): 0.997, (10, 8): 0.997, (2, 1): 0.928, (3, 0): 0.011, (10, 5): 0.045}


@pytest.mark.parametrize(
    ("name", "number", "some"),
    [
        ("assemblenet_plus_50", 45, {**STRONG, (13, 5): 0.058}),
        ("assemblenet_plus_lite", 44, LITE),
    ],
)
def test_edges_have_their_released_gates(
    name: str, number: int, some: dict[tuple[int, int], float]
) -> None:
    found = gates(name)
    assert len(found) == number
    assert {edge: round(found[edge] or 0.0, 3) for edge in some} == some


def test_no_edges_of_assemblenet_plus_are_stronger() -> None:
    found = gates("assemblenet_plus_50")
    assert sorted(found, key=lambda edge: found[edge] or 0.0)[-6:] == list(reversed(STRONG))


@pytest.mark.parametrize(
    "name", ["csn_r101", "ip_csn_152", "assemblenet_50", "assemblenet_plus_lite"]
)
def test_nothing_is_dropped_where_the_reference_drops_nothing(name: str) -> None:
    nodes = flatten(zoo_network(name).space.architecture().graph)[0]
    assert [node.name for node in nodes if node.op.name() == "dropout"] == []
