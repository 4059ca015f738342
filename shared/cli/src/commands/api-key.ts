import type { ApiKey } from '@shared/database';
import type { ApiKeys } from '../api-keys.ts';
import { defineCommand } from '../command.ts';
import { loadDatabaseUrl } from '../config.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';
import { alignColumns } from '../table.ts';

export const apiKeyCommand = defineCommand({
  name: 'api-key',
  summary: 'Create, list and revoke the keys of programs that call the API.',
  positionals: ['<create|list|revoke>', '[name or id]'],
  options: {
    operator: { type: 'boolean', help: "The key sees everybody's jobs, not only its own." },
  },
  notes: `  taskyard api-key create billing
  taskyard api-key list
  taskyard api-key revoke <id>

A key is shown once, when it is created; only its hash is kept. Environment: DATABASE_URL.`,

  async run({ options: { operator = false }, positionals: [action = '', subject], ...context }) {
    const act = ACTIONS[action];
    if (act === undefined) throw new UsageError(`there is no "${action}"`, 'api-key');
    if (act.needs !== undefined && subject === undefined) {
      throw new UsageError(`${act.needs} is missing`, 'api-key');
    }
    const databaseUrl = loadDatabaseUrl(context);
    // The database's packages take as long to load as everything else; no other command needs them.
    const { openApiKeys } = await import('../api-keys.ts');
    await using keys = openApiKeys(databaseUrl);
    await act.run({ keys, subject: subject ?? '', operator, context });
  },
});

type Action = {
  /** What the second argument is, if there must be one. */
  needs?: string;
  run(call: { keys: ApiKeys; subject: string; operator: boolean; context: Context }): Promise<void>;
};

const ACTIONS: Readonly<Record<string, Action | undefined>> = {
  create: {
    needs: '<name>',
    async run({ keys, subject: name, operator, context }) {
      const role = operator ? 'operator' : 'machine';
      const { id, key } = await keys.create(name, role);
      context.print(key);
      context.warn(`This is the only time the key is shown. Its id is ${id}, its role ${role}.`);
    },
  },
  list: {
    async run({ keys, context }) {
      const all = await keys.list();
      if (all.length === 0) context.warn('There are no keys yet.');
      else context.print(alignColumns([HEADINGS, ...all.map(row)]).join('\n'));
    },
  },
  revoke: {
    needs: '<id>',
    async run({ keys, subject: id, context }) {
      await keys.revoke(id);
      context.print(`${id} opens nothing any more.`);
    },
  },
};

const HEADINGS = ['id', 'name', 'role', 'created', 'revoked'];

const row = ({ id, name, role, createdAt, revokedAt }: ApiKey) => [
  id,
  name,
  role,
  createdAt.toISOString(),
  revokedAt?.toISOString() ?? '-',
];
