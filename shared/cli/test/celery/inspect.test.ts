import { eventually } from '@shared/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE, openPeers, type Peers, TO_NODE } from './peers.ts';

let peers: Peers;

beforeAll(async () => {
  peers = await openPeers({ db: 10 });
});

afterAll(() => peers?.[Symbol.asyncDispose]());

const LOOKS = [
  'ping',
  'active',
  'reserved',
  'scheduled',
  'revoked',
  'registered',
  'registered name rate_limit soft_time_limit time_limit ignore_result serializer max_retries',
  'registered _x nothing',
  'stats',
  'active_queues',
  'conf',
  'conf yes',
  'report',
  'clock',
  'query_task running waiting-1 later revoked nobody',
  'query_task',
  'active yes',
  'objgraph',
  'ping with-an-argument-that-it-does-not-take',
  'no_such_command',
];

/** Both answer the same, in words and as JSON. */
const looksAlike = async (look: string) => {
  const line = ['inspect', ...look.split(' '), ...TO_NODE];
  // Settings are sorted in words only.
  const forms = /^(conf|report)/.test(look) ? [line] : [line, [...line, '--json']];

  for (const { theirs, ours } of await peers.callAll(forms)) {
    expect(theirs.out + theirs.err).not.toBe('');
    expect(ours).toEqual(theirs);
  }
};

describe('of an idle worker', () => {
  test.for(LOOKS)('celery inspect %s prints what it prints of a Python worker', looksAlike);

  test.for(['status', 'status --json', 'inspect ping', 'inspect ping -d nobody@host -t 1'])(
    'celery %s too',
    async (line) => {
      const { theirs, ours } = await peers.call(...line.split(' '));

      expect(ours).toEqual(theirs);
    },
  );
});

describe('of a worker that runs one task, holds others and was told things', () => {
  beforeAll(async () => {
    await peers.execute(`app.send_task('shop.sleep', [600], {'note': 'é'}, task_id='running')`);
    await eventually(async () => {
      for (const line of [peers.theirs, peers.ours])
        expect((await line.call(['inspect', 'active', ...TO_NODE])).out).toContain('running');
    });
    await peers.execute(`
from datetime import datetime, timezone
app.send_task('shop.sleep', [1], task_id='waiting-1')
app.send_task('shop.add', [1, 'x', None, 2.5, {'a': [True]}], task_id='waiting-2', priority=6, shadow='shady')
app.send_task('shop.add', [1, 2], task_id='later', eta=datetime(2200, 1, 2, 3, 4, 5, 678900, tzinfo=timezone.utc))
app.send_task('shop.add', [1, 2], task_id='revoked')`);
    await eventually(async () => {
      for (const line of [peers.theirs, peers.ours]) {
        const { out } = await line.call(['inspect', 'query_task', 'later', 'revoked', ...TO_NODE]);
        expect(out).toContain('reserved');
        expect(out).toContain('scheduled');
      }
    });
    await peers.call('control', 'rate_limit', 'shop.fail', '10/m', ...TO_NODE);
    await peers.call('control', 'time_limit', 'shop.fail', '3', '4.5', ...TO_NODE);
    await peers.call('control', 'revoke', 'revoked', ...TO_NODE);
  });

  test.for(LOOKS)('celery inspect %s prints what it prints of a Python worker', looksAlike);
});

test('memory is sampled and shown in the words of a Python worker that has psutil', async () => {
  const sampled = await peers.ours.call(['inspect', 'memsample', ...TO_NODE]);
  const dumped = await peers.ours.call(['inspect', 'memdump', ...TO_NODE]);

  const size = String.raw`\d+(\.\d+)?MB`;
  expect(sampled.out).toMatch(new RegExp(`^->  ${NODE}: OK\n    ${size}\n`));
  expect(dumped.out).toMatch(
    new RegExp(`- rss \\(sample\\):\n *-    > ${size},\n *- rss \\(end\\): ${size}\\.`),
  );
});
