import {
  createLogger,
  environment,
  parseEnvironment,
  runService,
  withRuntimeDefaults,
} from '@shared/service';
import { z } from 'zod';
import { migrate } from './migrate.ts';

await runService(async () => {
  const { DATABASE_URL, LOG_LEVEL } = parseEnvironment(
    z.object({ DATABASE_URL: environment.DATABASE_URL, LOG_LEVEL: environment.LOG_LEVEL }),
    withRuntimeDefaults(process.env),
  );
  const log = createLogger({ service: 'migrate', level: LOG_LEVEL });

  const applied = await migrate(DATABASE_URL);

  log.info(
    { applied },
    applied.length === 0 ? 'database schema is up to date' : 'database migrated',
  );
});
