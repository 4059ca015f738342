import { createProducer, type Producer, type ProducerOptions } from '@shared/queue';
import { openPayloadStore } from '@shared/storage';
import { loadConnection, loadStorageUrl } from './config.ts';
import type { Context } from './context.ts';

/** The producer that a command asks; close it by leaving its scope. @throws {ConfigError} */
export const openProducer = (
  context: Context,
  more: Pick<ProducerOptions, 'handlers' | 'spoolDirectory'> = {},
): Producer =>
  createProducer({
    ...loadConnection(context),
    payloadStore: openPayloadStore(loadStorageUrl(context)),
    ...more,
  });
