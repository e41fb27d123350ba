"""``make bench``: every benchmark, each printing a table for benchmarks/README.md; ARGS=1000000 takes so many cases."""

from benchmarks import allocate, cases, page, score

for benchmark in (score, allocate, cases, page):
    print(f"\n## {benchmark.__doc__}\n")
    benchmark.main()
