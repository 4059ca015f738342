import { resultTuple } from '../celery/canvas/result-node.ts';
import { SentResult } from '../celery/canvas/sent-result.ts';
import { decodePickle, encodePickle } from '../pickle/index.ts';
import { pythonValue } from '../tasks/python-value.ts';
import { shownResult } from '../tasks/shown-result.ts';

const PICKLED = 'taskyard:pickled';

/** Values of `py` lose their types on the way out of a thread or process: they leave as a pickle. */
export const pack = (result: unknown): unknown => {
  if (result instanceof SentResult) return resultTuple(result);
  return shownResult(result) === result ? result : { [PICKLED]: encodePickle(pythonValue(result)) };
};

/** What was packed, or the result as it came. */
export const unpack = (result: unknown): unknown => {
  if (typeof result !== 'object' || result === null || !Object.hasOwn(result, PICKLED)) {
    return result;
  }
  const bytes: unknown = Reflect.get(result, PICKLED);
  return bytes instanceof Uint8Array ? decodePickle(bytes) : result;
};
