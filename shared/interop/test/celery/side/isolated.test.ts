import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

const KINDS = ['thread', 'process'] as const;

const module = new URL('./isolated/act.ts', import.meta.url);

const isolated = KINDS.map((isolate) =>
  implement(definePythonTask(`proj.in_${isolate}`, { queue: 'celery', isolate }), module),
);

let celery: CeleryPlace;

const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

const NODE = 'isolating@test';

beforeAll(async () => {
  celery = await openCelery({ db: 17, resultDb: 17 });
  await celery.worker([...HANDLERS, ...isolated], { nodename: NODE });
});

afterAll(() => celery?.[Symbol.asyncDispose]());

const REVOKED = ['raised', 'celery.exceptions', 'TaskRevokedError', ['terminated'], 'REVOKED'];

/** The worker goes on: the slot is free again, and the next handler runs. */
const goesOn = async (kind: string) =>
  expect(await run(`send('proj.in_${kind}', 'fine').get(timeout=30)`)).toBe('fine');

test.for(KINDS)('a handler that never yields is terminated in a %s', async (kind) => {
  await run(`spinning = send('proj.in_${kind}', 'spin')`);
  await eventually(async () => {
    const active = `app.control.inspect(['${NODE}'], timeout=1).active()['${NODE}']`;
    expect(await run(`[task['id'] == spinning.id for task in ${active}]`)).toEqual([true]);
  });

  await run(`app.control.revoke(spinning.id, terminate=True, signal='SIGKILL')`);

  expect(await run(`outcome(spinning)`)).toEqual(REVOKED);
  await goesOn(kind);
});

test.for(KINDS)('a handler that never yields meets its time limit in a %s', async (kind) => {
  const limited = `outcome(app.send_task('proj.in_${kind}', ['spin'], time_limit=1))`;

  expect(await run(limited)).toEqual([
    'raised',
    'billiard.exceptions',
    'TimeLimitExceeded',
    ['1'],
    'FAILURE',
  ]);
  await goesOn(kind);
});

test.for(KINDS)('a handler in a %s reads its request', async (kind) => {
  const source = `
sent = app.send_task('proj.in_${kind}', ['request', 1.5], {'k': None}, headers={'tenant': 'blue'})
sent.get(timeout=30), sent.id`;
  const [request, id] = await run<[object, string]>(source);

  expect(request).toEqual({
    id,
    task: `proj.in_${kind}`,
    args: ['request', 1.5],
    kwargs: { k: null },
    retries: 0,
    headers: { tenant: 'blue' },
    hostname: NODE,
    rootId: id,
  });
});

test.for(KINDS)('a handler in a %s tries again, and gives up', async (kind) => {
  expect(await run(`send('proj.in_${kind}', 'retry').get(timeout=30)`)).toBe('after 2');
  expect(await run(`outcome(send('proj.in_${kind}', 'retry once'))[1:4]`)).toEqual([
    'builtins',
    'ValueError',
    ['never'],
  ]);
});

test.for(KINDS)('a handler in a %s gives way, adds to its chord and sends', async (kind) => {
  expect(await run(`send('proj.in_${kind}', 'replace').get(timeout=30)`)).toBe(13);
  const chorded = `chord([sig('proj.in_${kind}', 'add'), sig('proj.add', 2)], sig('proj.total'))()`;
  expect(await run(`${chorded}.get(timeout=30)`)).toBe(1_003);
  await run(`sender = send('proj.in_${kind}', 'send', 41)`);
  expect(await run(`app.AsyncResult(sender.get(timeout=30)).get(timeout=30)`)).toBe(42);
  expect(await run(`[child.id for child in sender.children] == [sender.result]`)).toBe(true);
});

test.for(KINDS)('a handler in a %s ignores, rejects and shows a state of its own', async (kind) => {
  await run(`ignored = send('proj.in_${kind}', 'ignore')`);
  expect(await run(`send('proj.in_${kind}', 'reject').get(timeout=30)`)).toBe('taken again');
  expect(await run(`ignored.state`)).toBe('PENDING');

  await run(`moving = send('proj.in_${kind}', 'state')`);
  await eventually(async () => {
    expect(await run(`[moving.state, moving.info == {'done': 2**70}]`)).toEqual(['PROGRESS', true]);
  });
  await run(`moving.revoke(terminate=True)`);
  expect(await run(`outcome(moving)`)).toEqual(REVOKED);
});

test.for(KINDS)('an error of a handler in a %s has its class and arguments', async (kind) => {
  expect(await run(`outcome(send('proj.in_${kind}', 'error'))[2:4]`)).toEqual([
    'InsufficientFunds',
    ['acct-7', String(2n ** 70n)],
  ]);
});

test.for(KINDS)('values of Python and what was sent leave a %s whole', async (kind) => {
  const repr = `repr(send('proj.in_${kind}', 'values').get(timeout=30))`;
  expect(await run(repr)).toBe(`{'tuple': [1, 'x'], 'bytes': b'\\x01', 'big': ${2n ** 70n}}`);
  const sent = `app.AsyncResult(send('proj.in_${kind}', 'sent').get(timeout=30)[0][0])`;
  expect(await run(`${sent}.get(timeout=30)`)).toBe(3);
});
