"""Runs exported rules on tables: jobs come as JSON, votes go out as JSON.

SQL runs in DuckDB. A module for Snorkel runs with a decorator that leaves functions as they are.
"""

import datetime
import json
import sys
import types

EPOCH = datetime.date(1970, 1, 1).toordinal()
TYPES = {"text": "VARCHAR", "number": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "vector": "FLOAT[]"}


def in_duckdb(job):
    import duckdb

    table = job["table"]
    columns = table["columns"]
    connection = duckdb.connect()
    defined = ", ".join(f'"{column["name"]}" {TYPES[column["kind"]]}' for column in columns)
    connection.execute(f"CREATE TABLE documents (id BIGINT, {defined})")
    values = ", ".join(
        "DATE '1970-01-01' + unnest(?::INTEGER[])" if kind == "date" else f"unnest(?::{TYPES[kind]}[])"
        for kind in (column["kind"] for column in columns)
    )
    cells = [list(range(table["rows"])), *(column["values"] for column in columns)]
    connection.execute(f"INSERT INTO documents SELECT unnest(?::BIGINT[]), {values}", cells)

    def votes(query):
        result = connection.execute(query.rstrip().removesuffix(";") + " ORDER BY id")
        return [row[1] for row in result.fetchall()]

    return [attempt(votes, query) for query in job["rules"]]


def in_python(job):
    table = job["table"]
    names = [column["name"] for column in table["columns"]]

    def cell(kind, value):
        return datetime.date.fromordinal(EPOCH + value) if kind == "date" and value is not None else value

    values = [[cell(column["kind"], value) for value in column["values"]] for column in table["columns"]]
    rows = [dict(zip(names, cells)) for cells in zip(*values)]

    def votes(module):
        namespace = {}
        exec(compile(module, "exported", "exec"), namespace)
        (function,) = namespace["LFS"]
        return [function(row) for row in rows]

    return [attempt(votes, module) for module in job["rules"]]


def attempt(run, text):
    try:
        return run(text)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    labeling = types.ModuleType("snorkel.labeling")
    labeling.labeling_function = lambda name: lambda function: function
    sys.modules["snorkel"] = types.ModuleType("snorkel")
    sys.modules["snorkel.labeling"] = labeling
    order = json.load(sys.stdin)
    run = {"duckdb": in_duckdb, "snorkel": in_python}[order["target"]]
    json.dump([run(job) for job in order["jobs"]], sys.stdout)


main()
