"""What is loaded when, as that decides how soon the program answers."""

import subprocess
import sys

import pytest


def loaded_after(program: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_list_of_commands_loads_no_engine() -> None:
    loaded = loaded_after("import nasvid.cli.main")
    assert not loaded & {"torch", "ray", "numpy", "av", "cv2", "matplotlib"}


def test_spaces_are_looked_at_without_torch() -> None:
    program = (
        "import nasvid\n"
        "space = nasvid.load('search_spaces/quickstart.yaml')\n"
        "child = space.mutate(space.sample(seed=0), seed=1)\n"
        "child.cost(), child.id, child.to_yaml(), space.profile(samples=2)"
    )
    assert "torch" not in loaded_after(program)


@pytest.mark.parametrize("name", ["Machine", "load", "open_run", "resume", "search"])
def test_names_of_the_package_load_no_torch(name: str) -> None:
    assert "torch" not in loaded_after(f"import nasvid; nasvid.{name}")
