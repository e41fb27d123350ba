"""``make bench``: every benchmark, each printing a table for benchmarks/README.md."""

from benchmarks import allocate, page, score

for benchmark in (score, allocate, page):
    print(f"\n## {benchmark.__doc__}\n")
    benchmark.main()
