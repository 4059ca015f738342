import { PlatformError } from '@shared/errors';

/** A person has devices, and nothing in our environment opens their provider. */
export class NoPusherError extends PlatformError {
  readonly code = 'push_not_configured';
  readonly retryable = false;

  constructor(providers: readonly string[]) {
    super({
      what: 'Push message not sent',
      why: `no credentials for ${providers.join(', ')}`,
      fix: 'Set FIREBASE_CREDENTIALS_PATH, ONESIGNAL_APP_ID and ONESIGNAL_API_KEY, or VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY, then redrive it.',
    });
  }
}
