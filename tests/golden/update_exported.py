"""Write the exported source that is kept for review anew: python -m tests.golden.update_exported."""

from pathlib import Path

from nasvid.export.write_module import write_module
from tests.unit.export.networks import two_stream

if __name__ == "__main__":
    source = write_module(two_stream(), notes=["two_stream: an example"])
    (Path(__file__).parent / "two_stream_model.py.txt").write_text(source)
