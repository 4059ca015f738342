/**
 * A float as Python's `repr` and `json` print it: the digits are the same as JavaScript's, the
 * shortest that read back equal, but 1.0 keeps its `.0` and exponents have two digits.
 */
export const floatText = (value: number): string => {
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    const digits = String(Math.abs(power)).padStart(2, '0');
    return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
  }
  // Between those, JavaScript writes no exponent either.
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
};
