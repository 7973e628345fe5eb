"""The wheel: one name in site-packages, whole without the checkout, and the same when made from the source distribution."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from hervat import __version__
from tests.support.town import Town, made_up_bsn, row

ROOT = Path(__file__).parents[2]
COMMIT = "v0.0.0-7-gabcdef0"


def built(tree: Path, kind: str, place: Path, commit: str = "") -> Path:
    environment = os.environ | ({"HERVAT_COMMIT": commit} if commit else {})
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(place)]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (made,) = place.glob("hervat-*")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return built(ROOT, "wheel", tmp_path_factory.mktemp("wheel") / "dist", COMMIT)


@pytest.fixture(scope="module")
def home(wheel, tmp_path_factory):
    """An environment with the wheel in it. What hervat needs comes from this one, and nothing of the checkout does."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "beside.pth").write_text(f"{sysconfig.get_path('purelib')}\n")  # its own .pth files are not read
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-config"]
    subprocess.run([*command, "--python", str(python), str(wheel)], check=True)
    return home


def run(home, *arguments, status=0):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HERVAT"))}
    done = subprocess.run(
        [home / "bin" / arguments[0], *arguments[1:]],
        cwd=home.parent, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr[-2000:]
    return done.stdout


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("RECORD")}


def test_it_takes_one_name(wheel):
    assert {name.split("/")[0] for name in contents(wheel)} == {"hervat", f"hervat-{__version__}.dist-info"}


def test_the_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    source = built(ROOT, "sdist", tmp_path / "source", COMMIT)
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    again = built(tmp_path / f"hervat-{__version__}", "wheel", tmp_path / "again")
    assert contents(again) == contents(wheel)


def test_it_holds_every_file_of_the_house(wheel):
    asked = ["git", "ls-files", "-z", "hervat", "flows", "tasks", "expectations", "config", "prefect.yaml"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [name for name in listed if name and not (ROOT / name).is_symlink()]
    moved = {"config": "hervat/_config", "prefect.yaml": "hervat/_config/prefect.yaml", "hervat": "hervat"}
    tops = [(name, name.split("/")[0]) for name in files]
    due = {moved.get(top, f"hervat/{top}") + name.removeprefix(top) for name, top in tops}
    assert len(due) > 600
    assert due - set(contents(wheel)) == set()


def test_it_tells_its_version_and_commit(home):
    assert run(home, "hervat", "--version") == f"hervat {__version__} ({COMMIT})\n"


FLOWS = """
import importlib.util, hervat, hervat.flows.deployments as made, yaml
from prefect.flows import load_flow_from_entrypoint
from hervat.shipped import deployments_file
print(hervat.__file__)
assert not [name for name in ("flows", "tasks", "expectations") if importlib.util.find_spec(name)]
for one in yaml.safe_load(deployments_file().read_text())["deployments"]:
    assert load_flow_from_entrypoint(one["entrypoint"]).fn is made.flow_of(one["entrypoint"]).fn
    print(one["name"])
"""


def test_its_flows_are_found_without_a_checkout(home):
    place, *names = run(home, "python", "-c", FLOWS).split()
    assert place.startswith(str(home))
    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert names == [deployment["name"] for deployment in declared]


def test_a_new_installation_and_a_night(home, tmp_path):
    run(home, "hervat", "init", str(tmp_path / "new"))
    assert (tmp_path / "new" / "hervat.yaml").is_file()
    town = Town(tmp_path / "town")
    town.register_person(1, bsn := made_up_bsn(31))
    town.offer("20220301", row("SS190", "01-03-2022", bsn))
    run(home, "hervat", "run", "--config", str(town.directory), "--as-of", "2022-03-01")
    assert town.sql("select * from inburgeraar") == [] and town.sql("select id from persoon") == [(1,)]
