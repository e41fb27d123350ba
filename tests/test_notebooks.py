"""The notebooks as files; that they run, nbval proves (pyproject.toml adds it to every pytest)."""

from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_have_ids_of_their_own_and_the_kernel_everybody_has(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert notebook.metadata.kernelspec.name == "python3"


def test_pytest_runs_every_notebook(pytestconfig):
    assert pytestconfig.getoption("nbval_lax")
    assert NOTEBOOKS
