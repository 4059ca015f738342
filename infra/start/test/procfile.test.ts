import { expect, test } from 'vitest';
import { parseProcfile } from '../src/procfile.ts';

test('every line is a name, a command and the comment above it', () => {
  const text = `
# HTTP API
web: node services/api/src/main.ts --port 80

worker:   node worker.ts
`;

  expect(parseProcfile(text)).toEqual([
    {
      name: 'web',
      command: ['node', 'services/api/src/main.ts', '--port', '80'],
      description: 'HTTP API',
    },
    { name: 'worker', command: ['node', 'worker.ts'], description: '' },
  ]);
});

test('a comment that stands apart describes nothing', () => {
  expect(parseProcfile('# Our processes\n\nweb: node web.ts')).toMatchObject([{ description: '' }]);
});

test.for([
  { line: 'web', why: 'is not "name: command"' },
  { line: 'web:', why: 'is not "name: command"' },
  { line: 'web: node a.ts && node b.ts', why: 'would need a shell' },
  { line: 'web: PORT=1 node a.ts', why: 'would need a shell' },
  { line: 'web: node a.ts\nweb: node b.ts', why: 'stands there twice' },
])('"$line" is refused', ({ line, why }) => {
  expect(() => parseProcfile(line)).toThrow(why);
});
