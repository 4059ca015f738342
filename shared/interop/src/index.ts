export { createFleetRoom } from './host/fleet-room.ts';
export { type Interop, openInterop } from './host/open-interop.ts';
export type { Room } from './host/room.ts';
export type { Host, ProtocolSide } from './host/side.ts';
export { payloadOfCall, takesTheCall } from './tasks/payload-of-call.ts';
export { type PythonTasks, pythonTasks } from './tasks/python-tasks.ts';
export { PythonError } from './tasks/python-error.ts';
export { PythonTypeError } from './tasks/python-type-error.ts';
export { resultForPython } from './tasks/result-for-python.ts';
