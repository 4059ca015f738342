import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

test('stubs for Celery have a function for every task', async () => {
  await using shell = await openShell();

  const { code, out, err } = await shell.call(['stubs', '--celery']);

  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(
    "@_task('backend_app.core.celery_tasks.send_welcome_email', queue='emails')",
  );
  expect(out).toContain('def send_welcome_email(user_email: str, user_name: str, username: str)');
});

test('stubs for RQ call the same functions', async () => {
  await using shell = await openShell();

  const { code, out } = await shell.call(['stubs', '--rq']);

  expect(code).toBe(0);
  expect(out).toContain('from rq import Queue');
  expect(out).toContain('def send_welcome_email(user_email: str, user_name: str, username: str)');
});

test('stubs for ARQ take the pool of their program', async () => {
  await using shell = await openShell();

  const { code, out } = await shell.call(['stubs', '--arq']);

  expect(code).toBe(0);
  expect(out).toContain('from arq import ArqRedis');
  expect(out).toContain('def create_thumbnail(image_id: str)');
});

test('stubs for nobody are one line and exit code 2', async () => {
  await using shell = await openShell();

  const { code, out, err } = await shell.call(['stubs']);

  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Say --celery');
});
