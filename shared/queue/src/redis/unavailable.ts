import { QueueFullError, QueueUnavailableError } from '@shared/errors';

const CONNECTION_TROUBLE =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENOTFOUND|Connection is closed|max retries per request|Command timed out|Stream isn't writeable|CLUSTERDOWN|LOADING|All sentinels are unreachable/i;

/**
 * Runs commands of a producer; trouble with the connection becomes the one error that callers know.
 *
 * @throws {QueueUnavailableError | QueueFullError}
 */
export const whileAvailable = async <T>(address: string, command: () => Promise<T>): Promise<T> => {
  try {
    return await command();
  } catch (error) {
    if (error instanceof Error && CONNECTION_TROUBLE.test(`${error.name} ${error.message}`)) {
      throw new QueueUnavailableError(address, error);
    }
    if (error instanceof Error && error.message.startsWith('OOM ')) throw new QueueFullError();
    throw error;
  }
};
