import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { RESULT } from './payload.ts';

/** The task that every library's client asks for, under each library's name for it. */
const NAMES = ['bench.no_op', 'bench_rq.no_op', 'no_op'];

export default NAMES.map((name) =>
  implement(definePythonTask(name, { queue: 'bench' }), () => RESULT),
);
