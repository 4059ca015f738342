import { describe, expect, test } from 'vitest';
import {
  createResultNames,
  parsePythonJson,
  readFailure,
  readGroupMeta,
  readMeta,
  resultTuple,
  writeGroupMeta,
  writePythonJson,
} from '../../src/celery/index.ts';
import { storedMetas } from './recording.ts';
import { asText, vectors, vectorsOf, withoutFloats } from './vectors.ts';

describe('every recorded result', () => {
  test.for(vectors.filter((vector) => storedMetas(vector).length > 0))(
    '$name is read as Python reads it',
    (vector) => {
      for (const { id, meta } of storedMetas(vector)) {
        const read = readMeta(writePythonJson(meta));

        expect(read.id).toBe(id);
        expect(read.state).toBe(meta.get('status'));
        expect(read.children.map(resultTuple)).toEqual(meta.get('children') ?? []);
        expect(read.doneMs === null).toBe(meta.get('date_done') === null);
        const isFailure = ['FAILURE', 'REVOKED'].includes(read.state);
        expect(read.exception === null).toBe(
          !isFailure && !(read.state === 'RETRY' && read.result !== null),
        );
        if (isFailure) expect(read.exception).toEqual(readFailure(meta.get('result') ?? null));
      }
    },
  );
});

test.for(vectorsOf('client-group-save-restore-delete'))(
  '$name: a saved group is what Python saves',
  (vector) => {
    const saved = vector.recorded.find(
      ({ cmd, args }) => cmd === 'SETEX' && asText(args[0]).includes('taskset'),
    );
    const [key, , value] = saved?.args ?? [];
    if (typeof value !== 'object' || !('json' in value)) throw new Error('no group was saved');
    const text = JSON.stringify(value.json);

    const group = readGroupMeta(text);

    expect(group?.results?.length).toBeGreaterThan(0);
    expect(createResultNames().groupKey(group?.id ?? '')).toBe(key);
    if (group !== null) {
      expect(withoutFloats(parsePythonJson(writeGroupMeta(group)))).toEqual(
        withoutFloats(parsePythonJson(text)),
      );
    }
  },
);

test.for(vectorsOf('client-forget'))(
  '$name: a result is forgotten under the key that it has',
  (vector) => {
    const deleted = vector.recorded.filter(({ cmd }) => cmd === 'DEL').map(({ args }) => args[0]);
    const ids = storedMetas(vector).map(({ id }) => createResultNames().taskKey(id));

    expect(deleted.filter((key) => ids.includes(asText(key)))).not.toEqual([]);
  },
);

test.for(vectorsOf('client-get-pending'))('$name: a client looks where we store', (vector) => {
  const channels = vector.recorded
    .filter(({ cmd }) => cmd === 'GET')
    .map(({ args }) => asText(args[0]));

  for (const channel of channels) {
    expect(createResultNames().taskKey(channel.replace('celery-task-meta-', ''))).toBe(channel);
  }
  expect(channels.length).toBeGreaterThan(0);
});

test.for([
  ['', 'celery-task-meta-x'],
  ['app', 'app_celery-task-meta-x'],
  ['app:', 'app:celery-task-meta-x'],
  ['app_', 'app_celery-task-meta-x'],
  ['app-', 'app-celery-task-meta-x'],
  ['app.', 'app.celery-task-meta-x'],
])('the prefix "%s" makes the key %s', ([globalKeyprefix, key]) => {
  expect(createResultNames({ globalKeyprefix: globalKeyprefix ?? '' }).taskKey('x')).toBe(key);
});

test.for(['{', '[]', '{}', '{"status": 1}'])('%s is no result', (text) => {
  expect(() => readMeta(text)).toThrow(expect.objectContaining({ code: 'invalid_celery_message' }));
});
