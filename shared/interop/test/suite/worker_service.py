"""Runs a worker of worker-service.ts in the place of the one that a test starts."""

import json
import os
import signal
import socket
import sys

SECONDS = 60


def run_worker(args, env):
    """As if it were this process: it gets the signals that this process gets. Returns how it ended."""
    with socket.socket(socket.AF_UNIX) as service:
        service.settimeout(SECONDS)
        service.connect(os.environ["SUITE_WORKERS"])
        service.sendall((json.dumps({"args": args, "env": env}) + "\n").encode())
        before = {}
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                name = signal.Signals(number).name
                before[number] = signal.signal(number, lambda _got, _frame, name=name: service.sendall(f"{name}\n".encode()))
        except ValueError:
            pass  # A thread hears no signals.
        try:
            answer = json.loads(service.makefile().readline())
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    print(answer["said"], file=sys.stderr)
    return answer["code"]
