import { readDecimal } from '../../integers.ts';
import { isDecimalText } from '../../values/numbers.ts';
import { py } from '../../values/py.ts';
import { isUuidText } from '../../values/uuid.ts';
import type { AllowedGlobal } from '../raw.ts';
import { asFloat, isInt, wrongArguments } from './arguments.ts';

export const complex: AllowedGlobal = {
  call: (args) => {
    const [real, imag] = args.map(asFloat);
    if (args.length !== 2 || real === undefined || imag === undefined) {
      throw wrongArguments('complex');
    }
    return py.complex(real, imag);
  },
};

export const decimal: AllowedGlobal = {
  call: ([text], { budget }) => {
    if (typeof text !== 'string') throw wrongArguments('decimal.Decimal');
    budget.scanned(text.length);
    if (!isDecimalText(text)) throw wrongArguments('decimal.Decimal');
    return py.decimal(text);
  },
};

const FRACTION = /^([+-]?\d{1,4300})(?:\/(\d{1,4300}))?$/;

/** Called with two ints, or with a str as in `1/3` up to Python 3.10. */
export const fraction: AllowedGlobal = {
  call: ([first, second], { budget }) => {
    if (typeof first === 'string') {
      budget.scanned(first.length);
      const [, numerator, denominator = '1'] = FRACTION.exec(first) ?? [];
      if (numerator === undefined) throw wrongArguments('fractions.Fraction');
      return py.fraction(readDecimal(numerator), readDecimal(denominator));
    }
    if (!isInt(first) || !isInt(second) || second <= 0) throw wrongArguments('fractions.Fraction');
    return py.fraction(first, second);
  },
};

/** `range`, which Python 2 calls `xrange`; always written with its three numbers. */
export const range: AllowedGlobal = {
  call: ([start, stop, step]) => {
    if (!isInt(start) || !isInt(stop) || !isInt(step) || step === 0) throw wrongArguments('range');
    return py.range(start, stop, step);
  },
};

/** Python creates it empty and then gives it its number; other writers call it with its text. */
export const uuid: AllowedGlobal = {
  create: () => py.uuid(''),
  call: ([text]) => {
    if (typeof text !== 'string' || !isUuidText(text.toLowerCase())) {
      throw wrongArguments('uuid.UUID');
    }
    return py.uuid(text);
  },
};
