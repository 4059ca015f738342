import type { AttemptError, JobError, JobRecord, JobStatus, Progress } from '@shared/contracts';
import type { Scripts } from '../engine/scripts.ts';
import { type Envelope, parseEnvelope } from '../envelope.ts';
import { PayloadStoreMissingError } from '@shared/errors';
import type { Keys } from '../keys.ts';
import { isValueReference, loadValue, type PayloadStore } from '../large-values/payload-store.ts';

type State = 'finished' | 'active' | 'delayed' | 'waiting-children' | 'waiting';

type Fields = Readonly<Record<string, string>>;

/** Reads one job in one round trip; undefined if the queue holds none of that id. */
export const readJob = async (
  {
    scripts,
    keys,
    payloadStore,
  }: { scripts: Scripts; keys: Keys; payloadStore?: PayloadStore | undefined },
  queue: string,
  id: string,
): Promise<JobRecord | undefined> => {
  // The shape is what read.lua returns.
  const found = (await scripts.read(1, keys.base(queue), id, Date.now())) as
    [State, string, string[]] | null;
  if (found === null) return undefined;
  const [state, due, flat] = found;
  const fields = pairs(flat);
  const record = recordOf(queue, id, state, due, fields);
  return fields['sres'] === undefined || record.result === null
    ? record
    : { ...record, result: await loadStored(record, payloadStore) };
};

const loadStored = async ({ jobId, result }: JobRecord, store: PayloadStore | undefined) => {
  if (store === undefined) throw new PayloadStoreMissingError(jobId);
  return isValueReference(result) ? loadValue(store, result) : result;
};

/** A flat list of fields and values, as Redis answers HGETALL inside a script, as an object. */
export const pairs = (flat: readonly string[]): Fields => {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] ?? ''] = flat[i + 1] ?? '';
  return fields;
};

const recordOf = (
  queue: string,
  jobId: string,
  state: State,
  due: string,
  fields: Fields,
): JobRecord => {
  const data: unknown = JSON.parse(fields['data'] ?? 'null');
  const envelope: Envelope = parseEnvelope(data) ?? { payload: data };
  const status = statusOf(state, fields, envelope);
  const progress = readProgress(fields);
  const made = Number(fields['atm'] ?? 0);
  return {
    jobId,
    task: fields['name'] ?? '',
    queue,
    status,
    progress: status === 'complete' ? 1 : progress.fraction,
    progressMessage: progress.message,
    result: status === 'complete' ? JSON.parse(fields['returnvalue'] ?? 'null') : null,
    error: readError(fields),
    cancelReason: fields['cancelled'] ?? null,
    attempts: state === 'active' ? made + 1 : made,
    enqueuedAt: new Date(Number(fields['timestamp'])),
    startedAt: readDate(fields['processedOn']),
    finishedAt: readDate(fields['finishedOn']),
    dueAt: readDate(due),
    priority: Math.max(Number(fields['priority'] ?? 0) - 1, 0),
    origin: envelope.origin ?? 'taskyard',
    owner: envelope.owner ?? null,
    group: envelope.group ?? null,
    tags: envelope.tags ?? [],
    payload: envelope.payload,
  };
};

const statusOf = (state: State, fields: Fields, { expiresAt }: Envelope): JobStatus => {
  if (state === 'finished') {
    if (fields['fc'] === undefined || fields['returnvalue'] !== undefined) {
      return fields['failedReason'] !== undefined && fields['returnvalue'] === undefined
        ? 'failed'
        : 'complete';
    }
    return fields['fc'] === 'cancelled' || fields['fc'] === 'expired' ? fields['fc'] : 'failed';
  }
  if (state === 'active') return 'in_progress';
  if (state === 'waiting-children') return 'waiting_children';
  // Whoever takes it will find it cancelled or expired; nobody need wait for that to know.
  if (fields['cancelled'] !== undefined) return 'cancelled';
  const expired = expiresAt !== undefined && expiresAt <= Date.now();
  if (expired && fields['rdv'] === undefined) return 'expired';
  if (Number(fields['atm'] ?? 0) > 0) return 'retrying';
  return state === 'delayed' ? 'scheduled' : 'queued';
};

const readDate = (ms: string | undefined): Date | null =>
  ms === undefined || ms === '' ? null : new Date(Number(ms));

const readProgress = (fields: Fields): Progress => {
  const inputs = Number(fields['inputs'] ?? 0);
  if (inputs > 0 && fields['progress'] === undefined) {
    return { fraction: 1 - Math.max(Number(fields['pend'] ?? 0), 0) / inputs, message: null };
  }
  const stored: unknown = JSON.parse(fields['progress'] ?? 'null');
  if (typeof stored === 'object' && stored !== null && 'fraction' in stored) {
    return stored as Progress; // Only the attempt's progress() writes such an object.
  }
  return { fraction: 0, message: null };
};

const readError = (fields: Fields): JobError | null => {
  const history = Object.entries(fields)
    .filter(([field]) => field.startsWith('err:'))
    // Only attempt errors are written under such a field.
    .map(([, json]) => JSON.parse(json) as Omit<AttemptError, 'at'> & { at: string })
    .map((error) => ({ ...error, at: new Date(error.at) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = history.at(-1);
  if (last === undefined) {
    const reason = fields['failedReason'];
    if (reason === undefined) return null;
    return {
      attempt: 0,
      code: 'failed',
      name: 'Error',
      message: reason,
      retryable: false,
      history,
    };
  }
  const { at: _at, stack: _stack, ...error } = last;
  return { ...error, history };
};
