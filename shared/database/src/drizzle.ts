import { createRequire } from 'node:module';
import type * as Core from 'drizzle-orm';
import type * as Errors from 'drizzle-orm/errors';
import type * as NodePostgres from 'drizzle-orm/node-postgres';
import type * as PgCore from 'drizzle-orm/pg-core';

/**
 * The one way to drizzle. As ES modules it comes in 149 files, and for each of them Node reads anew the
 * 180 kB of its package.json (Node 24.21, drizzle-orm 0.45): a second and 200 MB of garbage in every
 * process. As CommonJS it takes a tenth of both.
 */
const require = createRequire(import.meta.url);

// What `require` gives is what the package's own types say.
const core = require('drizzle-orm') as typeof Core;
const pgCore = require('drizzle-orm/pg-core') as typeof PgCore;
const errors = require('drizzle-orm/errors') as typeof Errors;
const nodePostgres = require('drizzle-orm/node-postgres') as typeof NodePostgres;

export const {
  and,
  asc,
  between,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  or,
  sql,
  sum,
} = core;
export const {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} = pgCore;
export const { DrizzleQueryError } = errors;
export const { drizzle } = nodePostgres;
