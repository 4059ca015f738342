import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { currentCelery } from '@shared/testing';

const PREAMBLE = `
import json, sys
from celery import Celery, chain, chord, group, signature
from celery.canvas import chunks, xmap, xstarmap
app = Celery('client', broker=sys.argv[1], backend=sys.argv[1])
app.conf.task_default_queue = sys.argv[2]
def sig(name, *args, **kwargs):
    return signature(name, args=args, kwargs=kwargs, app=app)
`;

/** The value of one expression of a Python program that uses Celery. */
export const askCelery = async (
  { brokerUrl, queue }: { brokerUrl: string; queue: string },
  expression: string,
): Promise<unknown> => {
  const found = await currentCelery();
  if ('missing' in found) throw new Error(`${found.missing}. ${found.fix}`);
  const source = `${PREAMBLE}\nprint(json.dumps(${expression}))`;
  const env = { PATH: process.env['PATH'] ?? '', ...found.env };
  const args = ['-c', source, brokerUrl, queue];
  const { stdout } = await promisify(execFile)(found.python, args, { env });
  return JSON.parse(stdout);
};
