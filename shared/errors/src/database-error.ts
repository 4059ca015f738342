import { PlatformError } from './platform-error.ts';

/** SQLSTATE classes for which the same query fails again: bad values, broken rules, bad SQL. */
const PERMANENT_CLASSES = ['22', '23', '42'];

/** Of these the server's message names a login, a database or a table, and never a row's values. */
const OPEN_CLASSES = ['28', '3D', '42'];

/** PostgreSQL refused a query. Its message is left out where it may repeat personal values. */
export class DatabaseError extends PlatformError {
  readonly code = 'database_error';
  readonly retryable: boolean;
  /** Five characters, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
  readonly sqlState: string;
  /** The rule that was broken, if one was. */
  readonly constraint: string | undefined;

  constructor(sqlState: string, cause: Error & { constraint?: string | undefined }) {
    const classCode = sqlState.slice(0, 2);
    const rule = cause.constraint === undefined ? '' : `, rule ${cause.constraint}`;
    const message = OPEN_CLASSES.includes(classCode) ? `: ${cause.message}` : '';
    super(
      {
        what: 'Database query refused',
        why: `PostgreSQL answered SQLSTATE ${sqlState}${rule}${message}`,
        fix: 'Check DATABASE_URL and that the migrations have run; the cause tells more.',
      },
      { cause },
    );
    this.sqlState = sqlState;
    this.constraint = cause.constraint;
    this.retryable = !PERMANENT_CLASSES.includes(classCode);
  }
}
