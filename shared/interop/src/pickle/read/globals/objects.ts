import { osErrorName } from '../../exceptions.ts';
import { hasKind } from '../../values/python.ts';
import { py } from '../../values/py.ts';
import type { AllowedGlobal, Raw } from '../raw.ts';
import { wrongArguments } from './arguments.ts';

/** A class that may only be named, as the factory of a defaultdict. */
export const named: AllowedGlobal = {};

/** Keeps the very tuple that it is called with: many exceptions may share one, and it may be large. */
export const exception = (module: string, name: string): AllowedGlobal => ({
  takesAnything: true,
  call: (args, _, tuple) => ({
    ...py.exception(name === 'OSError' ? osErrorName(args) : name, [], { module }),
    args: tuple,
  }),
});

/** `copyreg._reconstructor(cls, object, None)`: how protocols 0 and 1 create what protocol 2 has NEWOBJ for. */
export const reconstructor: AllowedGlobal = {
  takesAnything: true,
  call: ([cls, base, state]: readonly Raw[]) => {
    const isPlain = hasKind(base, 'global') && base.name === 'object' && state === null;
    if (!isPlain || cls === undefined) throw wrongArguments('copyreg._reconstructor');
    if (hasKind(cls, 'opaque')) return { ...cls, args: py.tuple([]) };
    const created = hasKind(cls, 'global') ? cls.allowed.create?.() : undefined;
    if (created === undefined) throw wrongArguments('copyreg._reconstructor');
    return created;
  },
};
