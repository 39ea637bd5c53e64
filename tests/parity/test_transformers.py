"""Networks of Hugging Face Transformers give the same outputs as those of the zoo."""

from collections.abc import Iterator
from typing import Any

import pytest
from torch import Tensor, nn

from tests.parity.comparison import Feed, Streams, Weights, assert_parity, member, thirds, under
from tests.parity.packages import package

timesformer = package("transformers.models.timesformer")
vivit = package("transformers.models.vivit")

SIZE = 64


def feed_frames(reference: nn.Module, streams: Streams) -> Tensor:
    return reference(streams["rgb"].transpose(1, 2)).logits


def feed_frames_alone(reference: Any, streams: Streams) -> Tensor:
    # The package classifies frames; the released code takes the mean over them before the last norm.
    clips = streams["rgb"].transpose(1, 2)
    core = reference.timesformer
    frames = core.encoder(core.embeddings(clips))[0].unflatten(0, clips.shape[:2])
    return reference.classifier(core.layernorm(frames.mean(1))[:, 0])


def attention(weights: Weights, layer: str, name: str) -> Iterator[Tensor]:
    for part in thirds(weights, f"{layer}{name}.attention.qkv."):
        yield from part
    yield from under(weights, f"{layer}{name}.output.dense.")


def timesformer_order(weights: Weights) -> Iterator[Tensor]:
    """Time in front of space; queries, keys and values apart."""
    yield from under(weights, "timesformer.embeddings.patch_embeddings.")
    yield from under(weights, "timesformer.embeddings.cls_token")
    yield from under(weights, "timesformer.embeddings.position_embeddings")
    yield from (t[0].T for t in under(weights, "timesformer.embeddings.time_embeddings"))
    for layer in (f"timesformer.encoder.layer.{k}." for k in range(12)):
        if f"{layer}temporal_dense.weight" in weights:
            yield from under(weights, f"{layer}temporal_layernorm.")
            yield from attention(weights, layer, "temporal_attention")
            yield from under(weights, f"{layer}temporal_dense.")
        yield from under(weights, f"{layer}layernorm_before.")
        yield from attention(weights, layer, "attention")
        yield from under(weights, f"{layer}layernorm_after.", f"{layer}intermediate.")
        yield from under(weights, f"{layer}output.")
    yield from under(weights, "timesformer.layernorm.", "classifier.")


@pytest.mark.parametrize(
    ("name", "scheme", "feed"),
    [
        ("timesformer_divided", "divided_space_time", feed_frames),
        ("timesformer_joint", "joint_space_time", feed_frames),
        ("timesformer_space", "space_only", feed_frames_alone),
    ],
)
def test_timesformer(name: str, scheme: str, feed: Feed) -> None:
    config = timesformer.TimesformerConfig(
        image_size=SIZE, num_frames=4, attention_type=scheme, num_labels=400
    )
    reference = timesformer.TimesformerForVideoClassification(config)
    architecture = member(name, f"4x{SIZE}")
    assert_parity(reference, architecture, arrange=timesformer_order, feed=feed)


def vivit_order(weights: Weights) -> Iterator[Tensor]:
    """Norms in front of what they normalise."""
    yield from under(weights, "vivit.embeddings.patch_embeddings.")
    yield from under(weights, "vivit.embeddings.cls_token", "vivit.embeddings.position_embeddings")
    for layer in (f"vivit.layers.{k}." for k in range(12)):
        yield from under(weights, f"{layer}layernorm_before.", f"{layer}attention.")
        yield from under(weights, f"{layer}layernorm_after.", f"{layer}mlp.")
    yield from under(weights, "vivit.layernorm.", "classifier.")


def test_vivit_b() -> None:
    config = vivit.VivitConfig(image_size=SIZE, num_frames=8, num_labels=400)
    reference = vivit.VivitForVideoClassification(config)
    architecture = member("vivit_b", f"8x{SIZE}")
    assert_parity(reference, architecture, arrange=vivit_order, feed=feed_frames)
