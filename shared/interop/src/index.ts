export { arq, type ArqRun } from './arq/attempt.ts';
export { type ArqClient, createArqClient } from './arq/client.ts';
export { createArqSide } from './arq/create-arq-side.ts';
export {
  celery,
  type CeleryRequest,
  type CeleryRun,
  type RetryRequest,
} from './celery/handler/celery-run.ts';
export { createCelerySide } from './celery/side/celery-side.ts';
export type { CelerySideOptions } from './celery/side/options.ts';
export { rq, type RqRunView } from './rq/attempt.ts';
export { createRqClient, type RqClient } from './rq/client/create-rq-client.ts';
export { type RqRetry, rqRetry } from './rq/retry.ts';
export { createRqSide } from './rq/create-rq-side.ts';
export { createFleetRoom, type FleetRoom } from './host/fleet-room.ts';
export { interopOfEnvironment } from './host/interop-of-environment.ts';
export { type Interop, openInterop } from './host/open-interop.ts';
export type { Room } from './host/room.ts';
export type { Host, ProtocolSide } from './host/side.ts';
export { bind } from './tasks/bind.ts';
export { payloadOfCall, takesTheCall } from './tasks/payload-of-call.ts';
export { type PythonTasks, pythonTasks } from './tasks/python-tasks.ts';
export { PythonError } from './tasks/python-error.ts';
export { PythonTypeError } from './tasks/python-type-error.ts';
export { resultForPython } from './tasks/result-for-python.ts';
