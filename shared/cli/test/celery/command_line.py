"""
Runs Celery's command line over and over, and statements of tests. A line of JSON in: what to run side by side, each a list
of arguments, or a text to execute with the app of shop.py. A line out: {code, out, err} of each. Each is a fork, for to import
Celery takes longer than all else.
"""
import json
import os
import sys
import tempfile
import traceback

import celery.__main__
import celery.app.control
import celery.bin.celery
import celery.events.dumper
from celery import signature
from celery.result import AsyncResult

from shop import app


def obey(asked):
    if isinstance(asked, str):
        exec(asked, {'app': app, 'signature': signature, 'AsyncResult': AsyncResult})
        return 0
    sys.argv = ['celery', '-A', 'shop', *asked]
    celery.__main__.main()
    return 0


def run(asked, out, err):
    for file, number in ((out, 1), (err, 2)):
        os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = (open(number, 'w', closefd=False) for number in (1, 2))
    code = 1
    try:
        code = obey(asked)
    except SystemExit as error:
        code = error.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def begin(asked):
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        run(asked, out, err)
    return child, out, err


def end(child, out, err):
    _, status = os.waitpid(child, 0)
    out.seek(0)
    err.seek(0)
    with out, err:
        return {'code': os.waitstatus_to_exitcode(status), 'out': out.read().decode(), 'err': err.read().decode()}


for line in sys.stdin:
    begun = [begin(asked) for asked in json.loads(line)]
    print('>' + json.dumps([end(*each) for each in begun]), flush=True)
