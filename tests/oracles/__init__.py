"""Second calculations that share no code with simlib: what the tests hold its numbers against."""
