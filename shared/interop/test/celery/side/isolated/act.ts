import type { PythonCall } from '@shared/contracts';
import { celery, PythonError } from '@shared/interop';
import { py } from '@shared/interop/pickle';
import { chain, signature } from '@shared/interop/celery';
import type { Attempt } from '@shared/queue';

/** Does with its run what its first argument says, as task bodies do with `self`. */
export default async ({ args: [act, ...rest] }: PythonCall, attempt: Attempt): Promise<unknown> => {
  const { request, retry, replace, ignore, reject, updateState, addToChord, send } =
    celery(attempt);
  switch (act) {
    case 'spin':
      for (;;);
    case 'request': {
      const { id, task, args, kwargs, retries, headers, hostname, rootId } = request;
      return { id, task, args, kwargs, retries, headers, hostname, rootId };
    }
    case 'retry':
      if (request.retries === 2) return `after ${request.retries}`;
      throw retry({ countdown: 0, cause: new RangeError('not yet'), maxRetries: 5 });
    case 'retry once':
      throw retry({ countdown: 0, cause: new RangeError('never'), maxRetries: 1 });
    case 'replace':
      throw replace(chain(signature('proj.add', [1, 2]), signature('proj.add', [10])));
    case 'ignore':
      throw ignore();
    case 'reject':
      if (request.deliveryInfo.redelivered) return 'taken again';
      throw reject({ requeue: true });
    case 'state':
      await updateState('PROGRESS', { done: 2n ** 70n });
      return new Promise(() => undefined);
    case 'add':
      await addToChord(signature('proj.add', [1_000]));
      return 1;
    case 'send':
      return (await send(signature('proj.add', [1]), [rest[0]])).id;
    case 'values':
      return { tuple: py.tuple([1, 'x']), bytes: new Uint8Array([1]), big: 2n ** 70n };
    case 'sent':
      return send(signature('proj.add', [1]), [2]);
    case 'error':
      throw new PythonError('InsufficientFunds', ['acct-7', 2n ** 70n], { module: 'billing' });
    default:
      return act;
  }
};
