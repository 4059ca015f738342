import { describe, expect, test } from 'vitest';
import { boundQueues, createBrokerNames, topicPattern } from '../../src/celery/index.ts';
import { asText, vectorsOf } from './vectors.ts';

describe('lists and bindings of a broker', () => {
  const names = createBrokerNames();

  test.for([
    [-5, 'q'],
    [0, 'q'],
    [2, 'q'],
    [3, 'q\u0006\u00163'],
    [8, 'q\u0006\u00166'],
    [9, 'q\u0006\u00169'],
    [255, 'q\u0006\u00169'],
  ] as const)('priority %i goes to its step', ([priority, key]) => {
    expect(names.queueKey('q', priority)).toBe(key);
    expect(names.queueOf(key)).toBe('q');
  });

  test('options rename everything', () => {
    const own = createBrokerNames({
      globalKeyprefix: 'pfx:',
      sep: ':',
      prioritySteps: [0, 5],
      db: 2,
      unackedKey: 'u',
    });

    expect(own.queueKeys('q')).toEqual(['pfx:q', 'pfx:q:5']);
    expect(own.unacked).toBe('pfx:u');
    expect(own.bindingKey('q')).toBe('pfx:_kombu.binding.q');
    expect(own.fanoutChannel('celeryev', 'task.multi')).toBe('pfx:/2.celeryev/task.multi');
    expect(own.fanoutPattern('celeryev', 'worker.#')).toBe('pfx:/2.celeryev/worker.*');
    expect(
      createBrokerNames({ fanoutPrefix: false, fanoutPatterns: false }).fanoutChannel(
        'celeryev',
        'a',
      ),
    ).toBe('celeryev');
    expect(createBrokerNames({ fanoutPrefix: 'x{db}-', db: 3 }).fanoutChannel('e')).toBe('x3-e');
    expect(own.readBinding('a::q')).toEqual({ routingKey: 'a', pattern: '', queue: 'q' });
    expect(own.readBinding('broken')).toBeNull();
  });

  test.for([
    ['stock.#', 'stock', false],
    ['stock.#', 'stock.usd.nyse', true],
    ['#', 'anything.at.all', true],
    ['*.critical', 'kern.critical', true],
    ['*.critical', 'a.kern.critical', false],
    ['a+b', 'aab', false],
  ] as const)('the topic %s for %s: %s', ([topic, key, is]) => {
    expect(topicPattern(topic).test(key)).toBe(is);
  });

  test('a message goes to each queue that is bound to its key', () => {
    const bindings = [
      { routingKey: 'a', pattern: '', queue: 'direct' },
      { routingKey: 'b', pattern: '', queue: 'other' },
      { routingKey: '#', pattern: '^.*?$', queue: 'all' },
    ];

    expect(boundQueues(bindings, 'a')).toEqual(['direct', 'all']);
  });
});

test.for([...vectorsOf('control-add-consumer-topic'), ...vectorsOf('produce-delay')])(
  '$name: the bindings are read and written as kombu does',
  (vector) => {
    const names = createBrokerNames();
    const members = vector.recorded.flatMap(({ cmd, args: [key, member] }) =>
      cmd === 'SADD' && asText(key).startsWith('_kombu.binding.') ? [asText(member)] : [],
    );

    for (const member of members) {
      const binding = names.readBinding(member);
      expect(binding === null ? null : names.writeBinding(binding)).toBe(member);
    }
    expect(members.length).toBeGreaterThan(0);
  },
);
