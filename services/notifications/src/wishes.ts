import type { NotificationPreference } from '@shared/database';
import type { QuietHours } from './quiet-hours.ts';

/** How a person wants to be told of one kind of thing. */
export type Wishes = { inApp: boolean; push: boolean; quietHours: QuietHours | null };

/**
 * What a person's preferences come to for one kind: what they said of the kind, else of all kinds
 * (`*`), else everything, at any hour. Quiet hours are taken whole, never half from here, half from there.
 */
export const wishesFor = (kind: string, preferences: readonly NotificationPreference[]): Wishes => {
  const said = [kind, '*'].flatMap((name) => preferences.filter((one) => one.kind === name));
  return {
    inApp: said.find(({ inApp }) => inApp !== null)?.inApp ?? true,
    push: said.find(({ push }) => push !== null)?.push ?? true,
    quietHours: said.map(quietHoursOf).find((hours) => hours !== null) ?? null,
  };
};

const quietHoursOf = ({ quietFrom, quietUntil, timeZone }: NotificationPreference) =>
  quietFrom === null || quietUntil === null
    ? null
    : { from: quietFrom, until: quietUntil, timeZone: timeZone ?? 'UTC' };
