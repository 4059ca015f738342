/**
 * A program we need: where it is, or why it is not there and what would put it there. A test that
 * can do without it skips and says so.
 */
export type Provisioned = { path: string } | { missing: string; fix: string };
