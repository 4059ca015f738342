const NAMES = new Set([
  'bool',
  'bytearray',
  'bytes',
  'complex',
  'dict',
  'float',
  'frozenset',
  'int',
  'list',
  'set',
  'str',
  'tuple',
]);

/** Whether it is a class that a defaultdict may make its missing values with. */
export const isFactory = ({ module, name }: { module: string; name: string }): boolean =>
  module === 'builtins' && NAMES.has(name);
