import type { HealthCheck } from '@shared/service';
import type { Producer } from './producer.ts';

/** Whether Redis answers the producer; for readiness. */
export const redisHealth =
  (producer: Pick<Producer, 'ping'>): HealthCheck =>
  async () => {
    try {
      await producer.ping();
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: String(error) };
    }
  };
