import type { Signature } from '../canvas/signature.ts';
import type { Retry } from '../outcome/plan-retry.ts';

/** How a handler wants its run to end, other than by a value or an error. */
export type Verdict =
  | { kind: 'retry'; retry: Retry }
  | { kind: 'replace'; signature: Signature }
  | { kind: 'ignore' }
  | { kind: 'reject'; requeue: boolean };

/** Thrown by handlers; what it asks for is done before the job is recorded. */
export class VerdictError extends Error {
  readonly code = 'celery_verdict';
  readonly retryable = false;
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(`the handler asked for: ${verdict.kind}`);
    this.name = 'VerdictError';
    this.verdict = verdict;
  }
}
