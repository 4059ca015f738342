"""Runs statements of a test with a real Celery app, and answers with the value of the last expression."""
import ast
import json
import os
import sys
import time
import traceback

from celery import Celery, chain, chord, group, signature, states
from celery.result import AsyncResult, GroupResult

app = Celery('console')
app.config_from_object(json.loads(os.environ['CONSOLE_CELERY']))


def sig(name, *args, **kwargs):
    return signature(name, args=args, kwargs=kwargs, app=app)


def send(name, *args, **kwargs):
    return app.send_task(name, args, kwargs)


def outcome(result, timeout=30):
    """What a client that waits is given, or how what it is raised looks."""
    try:
        return ['returned', result.get(timeout=timeout)]
    except BaseException as error:
        kind = type(error)
        return ['raised', kind.__module__, kind.__qualname__, list(map(str, error.args)), result.state]


def run(source, names):
    tree = ast.parse(source)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, '<test>', 'exec'), names)
    return None if last is None else eval(compile(last, '<test>', 'eval'), names)


names = globals()
for line in sys.stdin:
    try:
        answer = {'value': run(json.loads(line), names)}
        text = json.dumps(answer, default=repr)
    except BaseException:
        text = json.dumps({'error': traceback.format_exc()})
    print('>' + text, flush=True)
