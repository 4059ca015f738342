import { commandOf } from '../src/previous-owner.ts';

export const isAlive = async (pid: number): Promise<boolean> =>
  (await commandOf(pid)) !== undefined;
