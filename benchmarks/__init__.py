"""What simlib is measured against: what a user would otherwise use, in the same run, as ratios."""
