import { PYTHON } from './python.ts';
import { timedelta, timedeltaProblem, type PyTimedelta } from './timedelta.ts';

/** A time zone of any of the libraries that Python programs use. */
export type PyZone = PyTimezone | PyZoneInfo | PyPytzUtc | PyPytzZone | PyDateutilUtc;

/** `datetime.timezone`: a fixed offset, with a name of its own or without. */
export type PyTimezone = {
  readonly [PYTHON]: 'timezone';
  readonly offset: PyTimedelta;
  readonly name: string | null;
};

/** `zoneinfo.ZoneInfo`: a zone of the IANA database, as in `Europe/Berlin`. */
export type PyZoneInfo = {
  readonly [PYTHON]: 'zoneinfo';
  readonly key: string;
  /** False for one made by `ZoneInfo.no_cache`. */
  readonly cached: boolean;
};

/** `pytz.utc`. */
export type PyPytzUtc = { readonly [PYTHON]: 'pytz_utc' };

/** A zone of pytz, which has one object for every offset a place ever had. */
export type PyPytzZone = {
  readonly [PYTHON]: 'pytz_zone';
  readonly name: string;
  /** Null for a zone that never changed its offset: pytz then writes the name alone. */
  readonly period: {
    readonly offsetSeconds: number;
    readonly dstSeconds: number;
    readonly abbreviation: string;
  } | null;
};

/** `dateutil.tz.tzutc()`. */
export type PyDateutilUtc = { readonly [PYTHON]: 'dateutil_utc' };

export const timezone = (offset: PyTimedelta, name: string | null = null): PyTimezone => ({
  [PYTHON]: 'timezone',
  offset,
  name,
});

export const utc: PyTimezone = timezone(timedelta({}));

export const zoneinfo = (key: string, { cached = true } = {}): PyZoneInfo => ({
  [PYTHON]: 'zoneinfo',
  key,
  cached,
});

export const pytzUtc: PyPytzUtc = { [PYTHON]: 'pytz_utc' };

export const pytzZone = (name: string, period: PyPytzZone['period'] = null): PyPytzZone => ({
  [PYTHON]: 'pytz_zone',
  name,
  period,
});

export const dateutilUtc: PyDateutilUtc = { [PYTHON]: 'dateutil_utc' };

const KINDS = new Set(['timezone', 'zoneinfo', 'pytz_utc', 'pytz_zone', 'dateutil_utc']);

export const isZoneKind = (kind: string | undefined): boolean =>
  kind !== undefined && KINDS.has(kind);

/** What is wrong with it, or undefined. */
export const timezoneProblem = ({ offset }: PyTimezone): string | undefined =>
  timedeltaProblem(offset) ??
  (offset.days === 0 || (offset.days === -1 && offset.seconds + offset.microseconds > 0)
    ? undefined
    : "a time zone's offset is less than a day");
