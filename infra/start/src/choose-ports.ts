import { freePort, isPortFree } from '@shared/embedded';
import { portHolder } from './port-holder.ts';
import { PortsTakenError } from './ports-taken-error.ts';

/**
 * Makes sure that every port we announce can be listened on, before anything is started; 0 becomes
 * any free one.
 *
 * @param wanted by the variable that changes it.
 * @throws {PortsTakenError} naming all that are taken, and who has them.
 */
export const choosePorts = async <Wanted extends Readonly<Record<string, number | undefined>>>(
  wanted: Wanted,
): Promise<Wanted> => {
  const chosen: Record<string, number> = {};
  const taken = [];
  for (const [variable, asked] of Object.entries(wanted)) {
    if (asked === undefined) continue;
    const port = asked === 0 ? await freePort() : asked;
    chosen[variable] = port;
    if (!(await isFreeEverywhere(port))) {
      taken.push({ variable, port, holder: await portHolder(port) });
    }
  }
  if (taken.length > 0) throw new PortsTakenError(taken);
  return chosen as Wanted; // The same variables, each with a number.
};

/** Some processes listen on the loopback address, others on all of them. */
const isFreeEverywhere = async (port: number) =>
  (await isPortFree(port, '127.0.0.1')) && (await isPortFree(port, '0.0.0.0'));
