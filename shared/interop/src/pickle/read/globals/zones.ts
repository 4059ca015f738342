import { ForbiddenGlobalError } from '../../errors/forbidden-global-error.ts';
import { hasKind, PYTHON } from '../../values/python.ts';
import { py } from '../../values/py.ts';
import type { AllowedGlobal } from '../raw.ts';
import { isSmallInt, wrongArguments } from './arguments.ts';

/** `zoneinfo.ZoneInfo` may be named, not called: Python writes what follows instead. */
export const zoneInfo: AllowedGlobal = {};

const unpickleZone: AllowedGlobal = {
  call: ([key, cached]) => {
    if (typeof key !== 'string' || (cached !== 0 && cached !== 1 && typeof cached !== 'boolean')) {
      throw wrongArguments('zoneinfo.ZoneInfo');
    }
    return py.zoneinfo(key, { cached: Boolean(cached) });
  },
};

/** `getattr(ZoneInfo, '_unpickle')`, and nothing else that getattr could reach. */
export const getattr: AllowedGlobal = {
  call: (args) => {
    const [owner, attribute] = args;
    if (
      args.length !== 2 ||
      attribute !== '_unpickle' ||
      !hasKind(owner, 'global') ||
      owner.allowed !== zoneInfo
    ) {
      throw new ForbiddenGlobalError('builtins', 'getattr', 'which may only ask for a time zone');
    }
    const { module } = owner;
    return { [PYTHON]: 'global', module, name: 'ZoneInfo._unpickle', allowed: unpickleZone };
  },
};

export const pytzUtc: AllowedGlobal = {
  call: (args) => {
    if (args.length > 0) throw wrongArguments('pytz.utc');
    return py.pytzUtc;
  },
};

/** Called with a name, and for a zone whose offset changes with the one that holds. */
export const pytzZone: AllowedGlobal = {
  call: (args) => {
    const [name, offsetSeconds, dstSeconds, abbreviation] = args;
    if (typeof name !== 'string') throw wrongArguments('pytz');
    if (args.length === 1) return py.pytzZone(name);
    if (!isSmallInt(offsetSeconds) || !isSmallInt(dstSeconds) || typeof abbreviation !== 'string') {
      throw wrongArguments('pytz');
    }
    return py.pytzZone(name, { offsetSeconds, dstSeconds, abbreviation });
  },
};

const tzutc = () => py.dateutilUtc;

export const dateutilUtc: AllowedGlobal = { call: tzutc, create: tzutc };
