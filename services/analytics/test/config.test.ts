import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';

const needed = { DATABASE_URL: 'postgres://127.0.0.1/taskyard' };

test('hundreds of jobs run side by side and share an INSERT unless told otherwise', () => {
  expect(loadConfig(needed)).toMatchObject({ concurrency: 500, batch: 500 });
  expect(loadConfig({ ...needed, CONCURRENCY: '7', ANALYTICS_BATCH: '3' })).toMatchObject({
    concurrency: 7,
    batch: 3,
  });
});

test('every variable at fault is named', () => {
  expect(() => loadConfig({ ANALYTICS_BATCH: '0' })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/DATABASE_URL[^]*ANALYTICS_BATCH/) }),
  );
});
