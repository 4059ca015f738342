import type { Device, PushProvider } from '@shared/database';

/** What a device shows; `data` is for the app. */
export type PushMessage = { title: string; body: string; data: Readonly<Record<string, string>> };

/** What became of a message to one device. */
export type PushOutcome =
  | { device: Device; is: 'sent' }
  /** The device will never be there again: the app was removed, the permission withdrawn. */
  | { device: Device; is: 'gone' }
  /** This message will never be taken for it. */
  | { device: Device; is: 'refused'; code: string }
  /** Not now. */
  | { device: Device; is: 'deferred'; code: string; retryAfterMs?: number };

/** Somebody who brings messages to devices. */
export type Pusher = {
  readonly provider: PushProvider;
  /** How many devices one call takes. */
  readonly maxDevices: number;
  /**
   * Sends one message to devices of this provider. Calls with the same `tag` replace each other on the
   * device: who gets a message twice sees it once.
   *
   * @throws {PushAuthError} our credentials are not accepted.
   */
  send(
    devices: readonly Device[],
    message: PushMessage,
    options: { tag: string; signal: AbortSignal },
  ): Promise<PushOutcome[]>;
};
