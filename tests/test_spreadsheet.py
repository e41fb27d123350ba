"""An independent recomputation: the annex as spreadsheet formulas, calculated by LibreOffice."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import need

from benchmarks import sheet
from simlib import sample
from simlib.rules import deposit

pytestmark = pytest.mark.usefixtures("libreoffice")


@pytest.fixture(scope="module")
def libreoffice():
    need("LibreOffice", sheet.SOFFICE)


@pytest.mark.parametrize(("lower", "upper"), [(0.98, 1.02), (0.955, 1.035)])
def test_libreoffice_pays_every_institution_the_same_fen(tmp_path, lower, upper):
    city = sample.institutions(300)
    city = city.assign(deposit=(city["settled"] * 5).round() / 100)
    sheet.build(city, tmp_path / "deposit.xlsx", lower, upper)
    theirs = sheet.payments(sheet.recalculate(tmp_path / "deposit.xlsx"))
    ours = deposit.allocate(city, deposit.DepositParams(lower=lower, upper=upper)).set_index("institution_id")[
        "payment"
    ]
    assert np.array_equal(np.rint(theirs.reindex(ours.index) * 100), np.rint(ours * 100))
    assert not np.array_equal(ours, city["deposit"])
