"""The training course: chapters that read like lessons and check their learners with simlib's own rules."""
