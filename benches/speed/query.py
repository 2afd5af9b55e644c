"""Counts the authenticated messages of a CSV trace per sender and TLS version.

query.py ENGINE FILE THREADS: prints the version of the engine, then, for each line of standard input, the seconds
that the query took and the messages per TLS version. The start of Python and of the engine are not in those seconds.
"""

import sys
import time

engine, path, threads = sys.argv[1:]

if engine == "duckdb":
    import duckdb as package

    connection = package.connect()
    connection.execute(f"set threads = {int(threads)}")
    # Its progress would stand between the answers.
    connection.execute("set enable_progress_bar = false")

    def query():
        return connection.execute(
            """
            select lower(sender), tls, count(*) from read_csv(?, header = true)
            where coalesce(login, '') <> '' or coalesce(mechanism, '') <> '' group by all
            """,
            [path],
        ).fetchall()

else:
    import os

    os.environ["POLARS_MAX_THREADS"] = threads
    import polars as package

    def query():
        column = package.col
        known = (column("login").fill_null("") != "") | (column("mechanism").fill_null("") != "")
        groups = package.scan_csv(path).filter(known).group_by(column("sender").str.to_lowercase(), "tls")
        return groups.len().collect().rows()


print(package.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    rows = query()
    seconds = time.perf_counter() - start
    messages = {}
    for _, tls, count in rows:
        messages[str(tls)] = messages.get(str(tls), 0) + count
    print(seconds, *(f"{tls}={count}" for tls, count in messages.items()), flush=True)
