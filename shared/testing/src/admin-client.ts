import { Client } from 'pg';

/** Runs statements outside any transaction, as making and dropping databases needs. */
export const withClient = async <Result>(
  url: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

/** Drops every database whose name starts with `prefix`, also from under open connections. */
export const dropDatabases = (url: string, prefix: string): Promise<void> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) await client.query(`drop database "${datname}" with (force)`);
  });
