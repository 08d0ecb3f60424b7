"""The program as one file: itself and all that it needs, for this Python and this kind of machine.

    .venv/bin/python tests/one_file.py [isotrack.pyz]

It takes the libraries that are installed beside it and needs no network; the same libraries give the same file.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # where it is run as a program

from tests.distributions import needed  # noqa: E402


def build(target: Path) -> None:
    """Write the program to this file."""
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "packages"
        for one in needed().values():
            _copy(one, packages)
        zipfile.ZipFile(wheel(Path(folder))).extractall(packages)
        _run(
            "shiv", "--site-packages", str(packages), "--console-script", "isotrack", "--reproducible",
            "--output-file", str(target), "--python", "/usr/bin/env python3",
        )  # fmt: skip


def wheel(folder: Path) -> Path:
    """The program itself, as it is installed; written into that folder."""
    _run("hatchling", "build", "--target", "wheel", "--directory", str(folder))
    [made] = folder.glob("*.whl")
    return made


def _copy(one: Distribution, target: Path) -> None:
    """A library as it was installed, without its programs and what Python made of it here."""
    for file in one.files or []:
        if ".." not in file.parts and file.suffix != ".pyc":
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(str(file.locate())), target / file)


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Write it where it was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=Path("isotrack.pyz"))
    build(parser.parse_args().file.absolute())


if __name__ == "__main__":
    main()
