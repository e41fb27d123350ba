"""Many scenarios: each study a folder with its calculation, its report and its declaration, listed here."""

from simlib.study.batch import BatchStudy
from simlib.study.compare import CompareStudy
from simlib.study.respond import RespondStudy
from simlib.study.robust import RobustStudy
from simlib.study.run import RunStudy
from simlib.study.sensitivity import SensitivityStudy
from simlib.study.solve import SolveStudy
from simlib.study.study import Study
from simlib.study.sweep import SweepStudy

__all__ = ["STUDIES", "Study"]

STUDIES: dict[str, Study] = {
    one.name: one
    for one in (
        RunStudy(),
        CompareStudy(),
        BatchStudy(),
        SweepStudy(),
        SolveStudy(),
        RobustStudy(),
        SensitivityStudy(),
        RespondStudy(),
    )  # fmt: skip
}
