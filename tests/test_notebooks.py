"""Every notebook runs from top to bottom in a kernel of its own, without an error or a warning."""

import asyncio
import os
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*.ipynb")
    if not any(part.startswith(".") for part in path.relative_to(FOLDER).parts)
)


@pytest.fixture(scope="module")
def executed():
    """Each notebook with the outputs of its run; two or more run at once, because most of the time is starting."""

    async def run(name, place, gate):
        notebook = nbformat.read(FOLDER / name, as_version=4)
        # Sockets in a folder, since ports that several kernels pick at once can collide.
        sockets = {"transport": "ipc", "ip": f"{place}/{NOTEBOOKS.index(name)}"} if os.name == "posix" else {}
        manager = AsyncKernelManager(kernel_name="python3", **sockets)
        where = {"metadata": {"path": str((FOLDER / name).parent)}}
        async with gate:
            await NotebookClient(notebook, km=manager, timeout=120, allow_errors=True, resources=where).async_execute()
        return notebook

    async def run_all(place):
        gate = asyncio.Semaphore(max(2, os.cpu_count() or 2))
        return await asyncio.gather(*(run(name, place, gate) for name in NOTEBOOKS))

    with tempfile.TemporaryDirectory(prefix="nb") as place:
        return dict(zip(NOTEBOOKS, asyncio.run(run_all(place)), strict=True))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs(name, executed):
    cells = [cell for cell in executed[name].cells if cell.cell_type == "code"]
    outputs = [(cell.id, output) for cell in cells for output in cell.outputs]
    assert [(cell, output.traceback) for cell, output in outputs if output.output_type == "error"] == []
    assert [(cell, output.text) for cell, output in outputs if output.get("name") == "stderr"] == []
    assert {cell.id for cell in cells} == {cell for cell, _ in outputs}, "a cell shows nothing"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_have_ids_of_their_own_and_the_kernel_everybody_has(name):
    notebook = nbformat.read(FOLDER / name, as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert notebook.metadata.kernelspec.name == "python3"
