import { expect, test } from 'vitest';
import { createScreen } from '../src/screen.ts';

const createOutput = (terminal: { isTTY?: boolean; columns?: number; rows?: number } = {}) => {
  const written: string[] = [];
  return { ...terminal, written, write: (text: string) => written.push(text) };
};

/** Plays what was written as a terminal does, as far as we use one. */
const linesOn = (written: readonly string[]) => {
  const lines = [''];
  let row = 0;
  // oxlint-disable-next-line no-control-regex -- Control sequences are what this is about.
  const pieces = written.join('').matchAll(/\u001B\[(\d+)([ABK])|\n|\r|[^\u001B\n\r]+/g);
  for (const [piece, count, command] of pieces) {
    if (command === 'A') row -= Number(count);
    else if (command === 'B') row += Number(count);
    else if (command === 'K') lines[row] = '';
    else if (piece === '\n') row += 1;
    else if (piece !== '\r') lines[row] = `${lines[row] ?? ''}${piece}`;
    lines[row] ??= '';
  }
  return lines;
};

test('a log gets one line for each new note', () => {
  const output = createOutput();
  const bars = createScreen(output).bars(['a', 'b']);

  bars.show(0, { fraction: 0, note: 'queued' });
  bars.show(0, { fraction: 0, note: 'queued' });
  bars.show(1, { fraction: 0.5, note: 'in_progress' });
  bars.show(0, { fraction: 1, note: 'complete' });

  expect(
    output.written.map((line) =>
      line
        .trim()
        .replaceAll(/ +|[█░]/g, ' ')
        .split(/ +/),
    ),
  ).toEqual([
    ['a', '0%', 'queued'],
    ['b', '50%', 'in_progress'],
    ['a', '100%', 'complete'],
  ]);
});

test('a terminal shows each bar in a place of its own', () => {
  const output = createOutput({ isTTY: true, columns: 100, rows: 40 });
  const screen = createScreen(output);
  screen.say('Title');
  const bars = screen.bars(['a', 'b']);

  bars.show(1, { fraction: 0.5, note: 'in_progress' });
  screen.say('Meanwhile');
  bars.show(0, { fraction: 1, note: 'complete' });

  const lines = linesOn(output.written);
  expect(lines).toEqual([
    'Title',
    expect.stringMatching(/^ +a .* 100% +complete$/),
    expect.stringMatching(/^ +b .* 50% +in_progress$/),
    'Meanwhile',
    '',
  ]);
});

test('a bar is as full as its job is done', () => {
  const output = createOutput();
  const bars = createScreen(output).bars(['a']);

  for (const fraction of [0, 0.5, 1]) bars.show(0, { fraction, note: String(fraction) });

  expect(output.written.map((line) => line.match(/█/g)?.length ?? 0)).toEqual([0, 12, 24]);
});

test('a line that is too long for the terminal is cut, for a wrapped one could not be redrawn', () => {
  const output = createOutput({ isTTY: true, columns: 40, rows: 40 });
  const bars = createScreen(output).bars(['a']);

  bars.show(0, { fraction: 0.5, note: 'a note that does not fit' });

  expect(linesOn(output.written)[0]?.length).toBe(39);
});

test('a bar that has left the terminal is not drawn over something else', () => {
  const output = createOutput({ isTTY: true, columns: 80, rows: 3 });
  const screen = createScreen(output);
  const bars = screen.bars(['a']);
  screen.say('one\ntwo\nthree');
  const before = output.written.length;

  bars.show(0, { fraction: 1, note: 'complete' });

  expect(output.written.length).toBe(before);
});
