import { OP } from '../opcodes.ts';
import { createOutput, type Output } from './output.ts';
import type { Plan } from './plan.ts';
import { isScalar, writeScalar } from './scalars.ts';
import { survey, type Surveyed, type SurveyedObject } from './survey.ts';

export type EncodeOptions = {
  /** Containers inside containers. Default 500, as many as `decodePickle` reads. */
  maxDepth?: number;
  /** Bytes of output. Default 64 MiB. */
  maxBytes?: number;
};

const PROTOCOL = 4;

/**
 * Writes a value as a pickle of protocol 4, which Python 3.4 and later read.
 *
 * Null and undefined become None; whole numbers up to ±(2⁵³−1) int, any other number float, bigint int;
 * Uint8Array bytes; Date an aware datetime in UTC; arrays list; Set set; Map and plain objects dict.
 * What `decodePickle` gave and the values of `py` become what they stand for. A value that is used in
 * several places stays one object in Python.
 *
 * @throws {UnencodableValueError} naming the part that has no Python counterpart: functions, symbols,
 * instances of other classes, values that contain themselves, opaque values, exceptions that not every
 * client can load.
 */
export const encodePickle = (
  value: unknown,
  { maxDepth = 500, maxBytes = 64 * 1024 * 1024 }: EncodeOptions = {},
): Uint8Array => {
  const { objects, texts } = survey(value, maxDepth);
  const out = createOutput(maxBytes);
  const open: { node: SurveyedObject; at: number }[] = [];
  let kept = 0;

  /** Whether it was written before, and is now only named. */
  const isNamed = ({ memo }: Surveyed): boolean => {
    if (memo === undefined) return false;
    writeGet(out, memo);
    return true;
  };
  const keep = (used: Surveyed) => {
    if (used.uses === 1) return;
    out.bytes(OP.MEMOIZE);
    used.memo = kept++;
  };
  const write = (part: unknown) => {
    if (typeof part === 'string') writeText(part);
    else if (isScalar(part)) writeScalar(out, part);
    else begin(part);
  };
  const writeText = (text: string) => {
    const known = texts.get(text);
    if (known !== undefined && isNamed(known)) return;
    writeScalar(out, text);
    if (known !== undefined) keep(known);
  };
  const begin = (object: unknown) => {
    const node = objects.get(object) as SurveyedObject; // The survey saw every object.
    if (isNamed(node)) return;
    node.plan.open(out);
    open.push({ node, at: 0 });
  };

  out.bytes(OP.PROTO, PROTOCOL);
  write(value);
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const { parts, close }: Plan = frame.node.plan;
    if (frame.at < parts.length) write(parts[frame.at++]);
    else {
      close(out);
      keep(frame.node);
      open.pop();
    }
  }
  out.bytes(OP.STOP);
  return out.finish();
};

const writeGet = (out: Output, memo: number) => {
  if (memo <= 0xff) out.bytes(OP.BINGET, memo);
  else {
    out.bytes(OP.LONG_BINGET);
    out.u32(memo);
  }
};
