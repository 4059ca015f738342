import type { Suite } from '../suite.ts';
import { analytics } from './analytics.ts';
import { arq, celery, rq } from './served.ts';
import { documents } from './documents.ts';
import { groups } from './groups.ts';
import { isolation } from './isolation.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { precedence } from './precedence.ts';
import { python } from './python.ts';
import { similarity } from './similarity.ts';
import { throughput } from './throughput.ts';
import { video } from './video.ts';

/** Every comparison there is, in the order they run. */
export const suites: readonly Suite[] = [
  throughput,
  latency,
  isolation,
  memory,
  groups,
  precedence,
  analytics,
  similarity,
  python,
  celery,
  rq,
  arq,
  video,
  documents,
];
