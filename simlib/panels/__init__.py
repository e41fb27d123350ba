"""What there is to see of each rule family: panels that pages show and reports print, without a browser.

A family's module lists its panels; ``DASHBOARDS`` has them by family.
"""

from simlib.panels import agreement, deposit, dip, retention, scorecard
from simlib.panels.panel import Dashboard, Moment, Panel

__all__ = ["DASHBOARDS", "Dashboard", "Moment", "Panel"]

DASHBOARDS = {one.DASHBOARD.family.name: one.DASHBOARD for one in (scorecard, dip, deposit, retention, agreement)}
