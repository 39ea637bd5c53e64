from nasvid.core.streams import Stream
from nasvid.lowering.clip import ClipSize


def stream(frames: int) -> Stream:
    return Stream("rgb", 3, frames, 2, 16, (0.0,) * 3, (1.0,) * 3)


def test_slower_streams_keep_their_ratio_to_the_fastest() -> None:
    streams = ClipSize(64, 32).applied({"fast": stream(32), "slow": stream(8)})
    assert {name: s.frames for name, s in streams.items()} == {"fast": 64, "slow": 16}
    assert {s.size for s in streams.values()} == {32}


def test_a_stream_keeps_at_least_one_frame() -> None:
    streams = ClipSize(4, 32).applied({"fast": stream(32), "slow": stream(2)})
    assert streams["slow"].frames == 1


def test_the_stride_of_the_frames_stays() -> None:
    assert ClipSize(4, 32).applied({"rgb": stream(32)})["rgb"].frame_stride == 2


def test_sound_follows_in_time_and_keeps_its_frequencies() -> None:
    streams = {
        "fast": Stream("rgb", 3, 32, 2, 224, (0.0,) * 3, (1.0,) * 3),
        "audio": Stream("audio", 1, 128, 1, 80, (0.0,), (1.0,)),
    }
    found = ClipSize(16, 112).applied(streams)
    assert (found["fast"].frames, found["fast"].size) == (16, 112)
    assert (found["audio"].frames, found["audio"].size) == (64, 80)
    alone = ClipSize(16, 40).applied({"audio": streams["audio"]})["audio"]
    assert (alone.frames, alone.size) == (16, 40)
