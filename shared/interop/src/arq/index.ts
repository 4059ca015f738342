export { arq, type ArqRun } from './attempt.ts';
export {
  type ArqClient,
  type ArqEnqueueOptions,
  type ArqJobHandle,
  type ArqStatus,
  createArqClient,
} from './client.ts';
export { arqEnvironment, arqOptionsOf } from './environment.ts';
export { createArqSide } from './create-arq-side.ts';
export { type ArqJob, readJob, writeJob } from './job.ts';
export type { ArqSideOptions } from './options.ts';
export { type ArqResult, readResult, writeResult } from './result.ts';
export { arqSerializer, type ArqSerializer, type ArqSerializerName } from './serializer.ts';
export { arqStubs } from './stubs/arq-stubs.ts';
