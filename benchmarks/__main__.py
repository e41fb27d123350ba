"""``make bench``: every benchmark, each printing a table for benchmarks/README.md; ARGS=1000000 takes so many cases."""

from benchmarks import allocate, cases, page, raw, robust, score, sweep

for benchmark in (score, allocate, cases, raw, sweep, robust, page):
    print(f"\n## {benchmark.__doc__}\n")
    benchmark.main()
