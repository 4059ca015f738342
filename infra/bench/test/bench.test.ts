import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../src/report.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const SUITES = [
  'throughput',
  'latency',
  'isolation',
  'memory',
  'precedence',
  'analytics',
  'video',
  'similarity',
];

/** The whole command: a minute is long for it, but many may run on the machine. */
const TIMEOUT_MS = 120_000;

const bench = async (args: readonly string[]) => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-bench-test-'));
  try {
    const json = join(folder, 'out.json');
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args, '--json', json]);
    return { stdout, report: JSON.parse(await readFile(json, 'utf8')) as Report };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const metricOfOneRun = (unit: string) => ({
  ours: expect.any(Number),
  rival: expect.any(Number),
  ratio: expect.any(Number),
  unit,
  runs: [{ ours: expect.any(Number), rival: expect.any(Number) }],
});

test(
  'a small run prints tables and writes what they show as JSON',
  { timeout: TIMEOUT_MS },
  async () => {
    const { stdout, report } = await bench([...SUITES, '--jobs', '100', '--rounds', '1']);

    expect(report.machine).toEqual({
      cpus: expect.any(Number),
      model: expect.any(String),
      memoryBytes: expect.any(Number),
      node: process.version,
      redis: expect.stringMatching(/^\d+\.\d+/),
      platform: expect.stringContaining(process.platform),
      loadAverage: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    expect(report.suites['video']?.['wall_time']).toMatchObject(metricOfOneRun('s'));
    const { throughput, latency, isolation, memory, precedence } = report.suites;
    for (const enqueued of ['sequential', 'concurrent_100', 'bulk_1000']) {
      expect(throughput?.[`enqueue_${enqueued}`]).toMatchObject(metricOfOneRun('jobs/s'));
    }
    for (const drained of ['c1', 'c10', 'c50', 'c200', 'c50_64kib']) {
      const name = `drain_${drained}`;
      expect(throughput?.[name]).toMatchObject(metricOfOneRun('jobs/s'));
      expect(throughput?.[`${name}_cpu`]).toMatchObject(metricOfOneRun('µs/job'));
      expect(throughput?.[`${name}_redis_commands`]).toMatchObject({ better: 'lower' });
    }
    expect(latency?.['round_trip_p50']).toMatchObject(metricOfOneRun('ms'));
    for (const place of ['inline', 'thread', 'process']) {
      expect(isolation?.[`${place}_round_trip_p50`]).toMatchObject(metricOfOneRun('ms'));
    }
    expect(report.suites['similarity']?.['search_p95']).toMatchObject(metricOfOneRun('ms'));
    expect(report.suites['analytics']?.['write']).toMatchObject(metricOfOneRun('events/s'));
    expect(memory?.['idle_worker_rss']).toMatchObject(metricOfOneRun('MiB'));
    expect(memory?.['redis_per_finished_job']).toMatchObject(metricOfOneRun('bytes'));
    expect(precedence?.['pickup_p99']).toMatchObject(metricOfOneRun('ms'));
    expect(precedence?.['in_order']).toMatchObject({ ours: 1_000 });
    for (const metric of Object.values(report.suites).flatMap((suite) => Object.values(suite))) {
      expect(metric.ours).toBeGreaterThan(0);
      expect(metric.rival).toBeGreaterThan(0);
      expect(metric.ratio).toBeCloseTo(metric.ours / metric.rival, 6);
    }
    for (const name of Object.keys({ ...throughput, ...latency, ...isolation, ...memory })) {
      expect(stdout).toContain(name);
    }
  },
);

test(
  'Celery, RQ and ARQ are measured beside ours, or loudly left out',
  { timeout: TIMEOUT_MS },
  async ({ skip }) => {
    const { stdout, report } = await bench(['python', '--jobs', '100', '--rounds', '1']);

    if (report.suites['python'] === undefined) {
      expect(report.skipped['python']).toMatch(/^SKIPPED: .+/);
      expect(stdout).toContain('python: SKIPPED');
      skip(report.skipped['python']);
    }
    for (const rival of ['celery_prefork_2', 'rq_fork', 'rq_simple', 'arq_100']) {
      for (const rate of ['enqueue_sequential', 'enqueue_concurrent', 'drain']) {
        expect(report.suites['python']?.[`${rival}_${rate}`]).toMatchObject(
          metricOfOneRun('jobs/s'),
        );
      }
      const trip = report.suites['python']?.[`${rival}_round_trip_p50`];
      expect(trip).toMatchObject(metricOfOneRun('ms'));
      expect(trip?.rival).toBeGreaterThan(0);
    }
  },
);

test('an unknown suite is one line without a stack', async () => {
  const running = promisify(execFile)(process.execPath, [MAIN, '--suite', 'celeri']);

  await expect(running).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Option "suite" refused: there is no suite "celeri".*\n$/),
  });
});
