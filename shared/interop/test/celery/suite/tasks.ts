import { canvases, signatures } from './tasks/canvases.ts';
import { echoes } from './tasks/echoes.ts';
import { failures } from './tasks/failures.ts';
import { requests } from './tasks/requests.ts';
import { values } from './tasks/values.ts';

/** What `t/integration/tasks.py` of Celery's sources has, for a worker of ours. */
export default [...values, ...canvases, ...signatures, ...requests, ...failures, ...echoes];
