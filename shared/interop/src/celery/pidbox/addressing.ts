import type { ControlRequest } from './request.ts';

/** Longer patterns are not matched: a short one can already keep a process busy. */
const MAX_PATTERN = 500;

/** Whether a node is meant: by its name, by a pattern, or because everybody is. */
export const isAddressed = (
  { destination, pattern, matcher }: Pick<ControlRequest, 'destination' | 'pattern' | 'matcher'>,
  nodename: string,
): boolean => {
  if (destination !== null && destination.length > 0) return destination.includes(nodename);
  if (pattern === null || pattern === '') return true;
  if (pattern.length > MAX_PATTERN) return false;
  return (matcher === 'pcre' ? pcre(pattern) : glob(pattern))?.test(nodename) ?? false;
};

/** Python's `re.match`: at the start, to wherever. One that JavaScript cannot read matches nobody. */
const pcre = (pattern: string): RegExp | undefined => {
  if (/[+*}][)\]]*[+*{]/.test(pattern)) return undefined; // Nested repeats can run for ever.
  try {
    return new RegExp(`^(?:${pattern})`, 'u');
  } catch {
    return undefined;
  }
};

/** Python's `fnmatch`: `*`, `?`, `[abc]` and `[!abc]`. */
const glob = (pattern: string): RegExp | undefined => {
  const source = pattern.replaceAll(/\[!?\]?[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^]*';
    if (part === '?') return '[^]';
    if (part.length > 1)
      return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return part.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  });
  try {
    return new RegExp(`^${source.replaceAll(/(?:\[\^\]\*)+/g, '[^]*')}$`);
  } catch {
    return undefined;
  }
};
