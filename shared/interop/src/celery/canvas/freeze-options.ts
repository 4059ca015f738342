import type { Dialect } from '../message/compose-task.ts';
import type { Signature } from './signature.ts';

export type FreezeOptions = {
  id?: string | undefined;
  groupId?: string | undefined;
  chord?: Signature | null | undefined;
  rootId?: string | undefined;
  parentId?: string | undefined;
  groupIndex?: number | undefined;
};

export type FreezeContext = { newId: () => string; replyTo: string; dialect?: Dialect };
