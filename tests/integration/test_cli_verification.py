"""What `nasvid check` finds before a network is used: an error or a warning that points."""

from pathlib import Path

import pytest

from tests.command_line import call, call_ok, write

HEAD = """\
version: 1
inputs: {rgb: {frames: 4, size: 16}, flow: {frames: 8, size: 16}}
"""
LEFT_OUT = "does not reach the output and is left out."
NEVER = "does not reach the output, whatever is chosen, and is left out."


def check_file(folder: Path, text: str) -> tuple[int, str, str]:
    """Status, output and errors of `nasvid check`, the file being called FILE."""
    path = write(folder / "net.yaml", HEAD + text)
    called = call("check", path)
    assert "Traceback" not in called.err
    return (
        called.status,
        called.out.replace(str(path), "FILE"),
        called.err.replace(str(path), "FILE"),
    )


ERRORS = {
    "a circle of nodes": (
        """\
network:
  nodes:
    a: {from: [rgb, c], merge: add, conv2d: {out: 4}}
    b: {from: a, conv2d: {out: 4}}
    c: {from: b, conv2d: {out: 4}}
  head: {from: c, classes: 3}
""",
        "FILE:5:8: network: nodes read one another in a circle: a <- c <- b <- a.",
    ),
    "a node that reads itself": (
        "network: {nodes: {a: {from: [rgb, a], block: add}}, head: {classes: 3}}\n",
        "FILE:3:22: network: nodes read one another in a circle: a <- a.",
    ),
    "a circle through the shape of a later node": (
        """\
network:
  nodes:
    a: {from: rgb, conv: {out: =b.channels}}
    b: {from: a, conv: {out: 8}}
  head: {classes: 3}
""",
        "FILE:5:8: network: nodes read one another in a circle: a <- b <- a.",
    ),
    "blocks that contain each other": (
        """\
blocks:
  v: {body: [w]}
  w: {body: [v]}
network: {nodes: {a: {from: rgb, block: v}}, head: {classes: 3}}
""",
        "FILE:4:6: blocks.v: contains itself: v <- w <- v.",
    ),
    "shapes that do not fit, inside of a block": (
        """\
blocks:
  both:
    nodes:
      x: {from: in, conv: {out: 4}}
      y: {from: in, conv: {out: 8}}
      sum: {from: [x, y], block: add}
network:
  nodes:
    a: {from: rgb, block: both}
  head: {classes: 3}
""",
        "FILE:8:12: a.sum: add: operands do not fit on axis C: 4x4x16x16, 8x4x16x16",
    ),
    "streams of two rates that are not aligned": (
        """\
network:
  nodes:
    a: {from: [rgb, flow], merge: add, align: none, block: relu}
  head: {classes: 3}
""",
        "FILE:5:35: a.merge: operands do not fit on axis",
    ),
    "a clip where there is a vector": (
        """\
network:
  nodes:
    a: {from: rgb, block: mean}
    b: {conv2d: {out: 4}}
  head: {classes: 3}
""",
        "FILE:6:8: b.conv: conv: conv takes clips (C, T, H, W); got C 3.",
    ),
    "frames that run out": (
        """\
network:
  nodes:
    a: {from: rgb, repeat: 2, each: {block: max_pool, kernel: [2, 1, 1], stride: [2, 1, 1], padding: 0}}
    b: {conv: {out: 4, kernel: [3, 1, 1], padding: 0}}
  head: {classes: 3}
""",
        (
            "FILE:6:8: b: conv: parameter 'kernel': got 3 on T, which spans 3 elements; the padded "
            "input has 1. Use a shorter kernel, more padding, or smaller strides before."
        ),
    ),
    "frames that a difference needs": (
        """\
network:
  nodes:
    a: {from: rgb, subsample_frames: 4}
    b: frame_difference
  head: {classes: 3}
""",
        "FILE:6:8: b: frame_difference: frame_difference takes clips of at least 2 frames; got 3x1x",
    ),
    "groups that do not divide the channels": (
        """\
network:
  nodes:
    a: {from: rgb, conv: {out: 12}}
    b: {conv: {out: 16, groups: 8}}
  head: {classes: 3}
""",
        "FILE:6:8: b: conv: parameter 'groups': groups 8 does not divide 12 input channels. Use a",
    ),
    "heads that do not divide the channels": (
        """\
network:
  nodes:
    a: {from: rgb, attention: {out: 12, heads: 5}}
  head: {classes: 3}
""",
        "FILE:5:8: a.attended: attention_product: parameter 'heads': heads 5 does not divide 12",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_a_network_is_an_error_with_its_place(name: str, tmp_path: Path) -> None:
    text, message = ERRORS[name]
    status, out, err = check_file(tmp_path, text)
    assert (status, out) == (2, "")
    assert message in err


WARNINGS = {
    "nodes that nobody reads, and a stream that the head never sees": (
        """\
network:
  nodes:
    a: {from: rgb, conv2d: {out: 4}}
    b: {from: flow, conv2d: {out: 4}}
    c: {from: b, conv2d: {out: 4}}
  head: {from: a, classes: 3}
""",
        [
            f"FILE:2:44: inputs.flow: {LEFT_OUT}",
            f"FILE:6:8: b: {LEFT_OUT}",
            f"FILE:7:8: c: {LEFT_OUT}",
        ],
    ),
    "a node of a block that nobody reads": (
        """\
blocks:
  two: {nodes: {x: {from: in, block: relu}, y: {from: in, block: tanh}}, output: x}
network:
  nodes:
    a: {from: [rgb, flow], merge: concat, block: two}
  head: {classes: 3}
""",
        [f"FILE:4:48: blocks.two.y: {NEVER}"],
    ),
    "a stride over the one frame that is left": (
        """\
network:
  nodes:
    a: {from: [rgb, flow], merge: concat, conv3d: {out: 4, temporal_stride: 2}}
    b: {repeat: 2, each: {block: conv3d, temporal_stride: 2}}
  head: {classes: 3}
""",
        ["FILE:6:8: b.1.conv: got a stride of 2 on T, where one frame is left; it does nothing."],
    ),
    "a space with a stream that no choice of edges reads": (
        """\
network:
  nodes:
    a: {from: rgb, conv2d: {out: {choice: [4, 8]}}}
    b: {from: flow, conv2d: {out: {choice: [4, 8]}}}
    c: {from: {any_of: [rgb, a]}, conv2d: {out: 4}}
  head: {from: c, classes: 3}
""",
        [f"FILE:2:44: inputs.flow: {NEVER}", f"FILE:6:8: b: {NEVER}"],
    ),
    "a space with an option that is never a network": (
        """\
network:
  nodes:
    a: {from: [rgb, flow], merge: add, conv2d: {out: {choice: [4, 8]}}}
    b: {conv2d: {out: 8, groups: {choice: [1, 2, 3]}, kernel: {integer: {min: 3, max: 5}}}}
  head: {classes: 3}
""",
        [
            "FILE:6:34: b.groups: 3 gives no network in all ",
            "members; for example FILE:6:8: b.conv: conv: parameter 'groups': groups 3 does not",
            "FILE:6:73: b.kernel: 4 gives no network in all ",
        ],
    ),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_does_nothing_is_a_warning_with_its_place(name: str, tmp_path: Path) -> None:
    text, messages = WARNINGS[name]
    status, out, err = check_file(tmp_path, text)
    assert (status, err) == (0, "")
    # A console may break lines.
    told = " ".join(out.split())
    assert [message for message in messages if " ".join(message.split()) not in told] == []
    found = call_ok("check", tmp_path / "net.yaml", "--json").json["warnings"]
    assert len(found) == len([message for message in messages if message.startswith("FILE")])


def test_a_network_that_uses_all_it_has_gets_no_warning(tmp_path: Path) -> None:
    write(
        tmp_path / "net.yaml",
        HEAD
        + """\
network:
  nodes:
    a: {from: [rgb, flow], merge: concat, conv3d: {out: 4, temporal_stride: 2}}
  head: {classes: 3}
""",
    )
    assert call_ok("check", tmp_path / "net.yaml", "--json").json["warnings"] == []
