import { carriedBy, type Carrying } from '@shared/queue';
import { decodePickle, encodePickle, type PickleValue } from '../../pickle/index.ts';
import type { Options, Signature } from '../canvas/signature.ts';
import { listOrNull, optionalNumber, optionalText } from '../message/fields.ts';
import type { Retry } from '../outcome/plan-retry.ts';
import type { PythonException } from '../results/exception.ts';

/** How a handler wants its run to end, other than by a value or an error. */
export type Verdict =
  | { kind: 'retry'; retry: Retry }
  | { kind: 'replace'; signature: Signature }
  | { kind: 'ignore' }
  | { kind: 'reject'; requeue: boolean; reason: string | null };

/** Thrown by handlers; what it asks for is done before the job is recorded. */
export class VerdictError extends Error implements Carrying {
  readonly code = 'celery_verdict';
  readonly retryable = false;
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(`the handler asked for: ${verdict.kind}`);
    this.name = 'VerdictError';
    this.verdict = verdict;
  }

  carry(): Uint8Array {
    return encodePickle(writeVerdict(this.verdict));
  }
}

/** What a handler asked for by what it threw, here or in a thread or process of its own. */
export const verdictOf = (thrown: unknown): Verdict | undefined => {
  if (thrown instanceof VerdictError) return thrown.verdict;
  const carried = carriedBy(thrown);
  if (!(thrown instanceof Error) || thrown.name !== 'VerdictError') return undefined;
  return carried instanceof Uint8Array ? readVerdict(decodePickle(carried)) : undefined;
};

const writeVerdict = (verdict: Verdict): PickleValue => {
  switch (verdict.kind) {
    case 'retry':
      return new Map<string, PickleValue>([['kind', 'retry'], ...writeRetry(verdict.retry)]);
    case 'replace':
      return new Map<string, PickleValue>([
        ['kind', 'replace'],
        ['signature', verdict.signature],
      ]);
    case 'reject':
      return new Map<string, PickleValue>([
        ['kind', 'reject'],
        ['requeue', verdict.requeue],
        ['reason', verdict.reason],
      ]);
    case 'ignore':
      return new Map([['kind', 'ignore']]);
  }
};

const writeRetry = (retry: Retry): [string, PickleValue][] => [
  ['countdown', retry.countdown ?? null],
  ['eta', retry.eta ?? null],
  ['exception', writeException(retry.exception ?? null)],
  ['traceback', retry.traceback ?? null],
  ['args', retry.args === undefined ? null : [...retry.args]],
  ['kwargs', retry.kwargs === undefined ? null : new Map(retry.kwargs)],
  ['options', retry.options ?? null],
];

const writeException = (exception: PythonException | null): PickleValue =>
  exception && [exception.type, exception.module, [...exception.args]];

const readVerdict = (value: PickleValue): Verdict | undefined => {
  if (!(value instanceof Map)) return undefined;
  const signature = value.get('signature');
  switch (value.get('kind')) {
    case 'retry':
      return { kind: 'retry', retry: readRetry(value) };
    case 'replace':
      return signature instanceof Map ? { kind: 'replace', signature } : undefined;
    case 'reject':
      return {
        kind: 'reject',
        requeue: value.get('requeue') === true,
        reason: optionalText(value.get('reason')),
      };
    case 'ignore':
      return { kind: 'ignore' };
    default:
      return undefined;
  }
};

const readRetry = (value: Options): Retry => {
  const countdown = optionalNumber(value.get('countdown'));
  const eta = optionalText(value.get('eta'));
  const args = listOrNull(value.get('args'));
  const kwargs = value.get('kwargs');
  const options = value.get('options');
  return {
    ...(countdown === null ? {} : { countdown }),
    ...(eta === null ? {} : { eta }),
    ...(args === null ? {} : { args }),
    ...(kwargs instanceof Map ? { kwargs } : {}),
    ...(options instanceof Map ? { options } : {}),
    exception: readException(value.get('exception')),
    traceback: optionalText(value.get('traceback')),
  };
};

const readException = (value: PickleValue | undefined): PythonException | null => {
  const [type, module = null, args] = listOrNull(value) ?? [];
  if (typeof type !== 'string') return null;
  return { type, module: optionalText(module), args: listOrNull(args) ?? [] };
};
