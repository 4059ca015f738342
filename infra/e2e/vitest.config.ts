import shared from '@shared/testing/vitest';
import { mergeConfig } from 'vitest/config';

/** Every file runs a fleet of processes of its own: one after the other, and with patience. */
export default mergeConfig(shared, {
  test: { fileParallelism: false, testTimeout: 60_000, hookTimeout: 180_000 },
});
