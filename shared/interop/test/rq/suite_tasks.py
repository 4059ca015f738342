"""What RQ's own workers run in the tests; handlers.ts has the same names."""

import time


def add(a, b):
    return a + b


def nap(seconds):
    time.sleep(seconds)
    return "woke"


def fail(message):
    raise ValueError(message)


def where(n):
    return f"python {n}"


def kinds(value, **named):
    return [type(value).__name__, sorted(named), value]


class Counter:
    def __init__(self, start):
        self.start = start

    def add(self, more):
        return self.start + more


def on_failure(job, connection, type, value, traceback):
    job.meta.update(type=type.__name__, value=str(value))
    job.save_meta()
