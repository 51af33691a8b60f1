#!/usr/bin/python3
"""Looks into, or changes, an instance's accounts.db: clocks cannot be moved, but rows can be old.

    store.py STATE      a line [[SQL, [VALUE...]], ...] in, a line [ROWS, ...] out
"""
import json
import os
import sqlite3
import sys


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


db = sqlite3.connect(os.path.join(sys.argv[1], "accounts", "accounts.db"), timeout=10, isolation_level=None)
for line in sys.stdin:
    print(json.dumps([[[plain(v) for v in row] for row in db.execute(sql, values)]
                      for sql, values in json.loads(line)]), flush=True)
