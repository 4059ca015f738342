import type { PyDate, PyDatetime, PyTime } from '../values/times.ts';
import type { PyZone } from '../values/zones.ts';

type Day = Pick<PyDate, 'year' | 'month' | 'day'>;
type Clock = Pick<PyTime, 'hour' | 'minute' | 'second' | 'microsecond'>;

const digits = (value: number, length: number) => String(value).padStart(length, '0');

/** As Python's `isoformat`: `2024-02-29`. */
export const dateText = ({ year, month, day }: Day): string =>
  `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;

/** As Python's `isoformat`: `01:02:03`, with microseconds unless there are none; without its zone. */
export const clockText = ({ hour, minute, second, microsecond }: Clock): string => {
  const clock = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
  return microsecond === 0 ? clock : `${clock}.${digits(microsecond, 6)}`;
};

/** `2024-02-29T01:02:03`, and the zone in brackets if it has one. */
export const datetimeText = (value: PyDatetime): string =>
  `${dateText(value)}T${clockText(value)}${value.zone === null ? '' : `[${zoneText(value.zone)}]`}`;

/** `01:02:03`, and the zone in brackets if it has one. */
export const timeText = (value: PyTime): string =>
  `${clockText(value)}${value.zone === null ? '' : `[${zoneText(value.zone)}]`}`;

/** `+05:30` for a fixed offset, else the zone's name. */
export const zoneText = (zone: PyZone): string => {
  if ('offset' in zone) {
    const seconds = zone.offset.days * 86_400 + zone.offset.seconds;
    const { hour, minute, second } = {
      hour: Math.floor(Math.abs(seconds) / 3600),
      minute: Math.floor(Math.abs(seconds) / 60) % 60,
      second: Math.abs(seconds) % 60,
    };
    const text = clockText({ hour, minute, second, microsecond: 0 });
    return `${seconds < 0 ? '-' : '+'}${second === 0 ? text.slice(0, 5) : text}`;
  }
  if ('key' in zone) return zone.key;
  return 'name' in zone ? zone.name : 'UTC';
};
