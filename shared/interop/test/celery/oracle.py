"""Answers lines of JSON on stdin about what kombu and Celery make of Python values.

{"write": expression}  {"json": text as kombu writes it | null, "error"}, {"repr": text}, {"safe": [texts]}
{"read": text}         {"value": repr of what kombu reads} or {"error": class}
"""

import collections
import datetime
import decimal
import fractions
import json
import sys
import uuid
import zoneinfo

from celery.utils.saferepr import saferepr
from kombu.utils.json import dumps, loads

NAMES = {
    "datetime": datetime,
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
    "UUID": uuid.UUID,
    "ZoneInfo": zoneinfo.ZoneInfo,
    "OrderedDict": collections.OrderedDict,
    "Counter": collections.Counter,
    "defaultdict": collections.defaultdict,
    "deque": collections.deque,
}


def raised(module, name, args, state):
    return getattr(__builtins__, name)(*args)


def attempt(make):
    try:
        return make()
    except Exception as error:
        return {"error": type(error).__name__}


def answer(question):
    if "read" in question:
        return {"value": attempt(lambda: repr(loads(question["read"])))}
    value = eval(question["write"], dict(NAMES, raised=raised))
    return {
        "json": attempt(lambda: dumps(value)),
        "repr": attempt(lambda: repr(value)),
        "safe": [saferepr(value, length) for length in question["lengths"]],
    }


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
