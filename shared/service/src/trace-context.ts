import { randomBytes } from 'node:crypto';

/** A W3C `traceparent`, as in https://www.w3.org/TR/trace-context/#traceparent-header. */
export type TraceParent = string;

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A new trace, sampled. */
export const newTraceParent = (): TraceParent =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** The same trace with a span id of its own, or a new trace if `parent` is none. */
export const childTraceParent = (parent: string | undefined): TraceParent =>
  parent !== undefined && TRACEPARENT.test(parent)
    ? `${parent.slice(0, 36)}${randomBytes(8).toString('hex')}${parent.slice(52)}`
    : newTraceParent();

export const isTraceParent = (value: unknown): value is TraceParent =>
  typeof value === 'string' && TRACEPARENT.test(value);
