import { PlatformError } from '@shared/errors';

/** No device, or one of somebody else. */
export class DeviceNotFoundError extends PlatformError {
  readonly code = 'device_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Device not found',
      why: 'there is none of yours with this id',
      fix: 'GET /devices lists yours.',
    });
  }
}
