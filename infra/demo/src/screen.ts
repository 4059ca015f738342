/** How far one job is. */
export type BarState = {
  /** 0 to 1. */
  fraction: number;
  /** What it is doing, in a word or two. */
  note: string;
};

export type Screen = {
  say(text?: string): void;
  /** Opens a line for each label; they change in place as their jobs go on. */
  bars(labels: readonly string[]): { show(index: number, state: BarState): void };
};

type Output = {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
};

const BAR_WIDTH = 24;
const LABEL_WIDTH = 34;

const WAITING: BarState = { fraction: 0, note: '' };

/**
 * A terminal's lines are redrawn in place. Anything else, as a file or a CI log, gets a line of its own
 * for each new note.
 */
export const createScreen = (output: Output): Screen =>
  output.isTTY === true ? createLiveScreen(output) : createPlainScreen(output);

const createPlainScreen = (output: Output): Screen => ({
  say: (text = '') => void output.write(`${text}\n`),
  bars(labels) {
    const notes: string[] = [];
    return {
      show(index, state) {
        if (notes[index] === state.note) return;
        notes[index] = state.note;
        output.write(`${renderBar(labels[index] ?? '', state)}\n`);
      },
    };
  },
});

const createLiveScreen = (output: Output): Screen => {
  const { columns = 80, rows = 24 } = output;
  /** Lines written so far: tells how far up a line of earlier is. */
  let written = 0;
  const fit = (line: string) => line.slice(0, columns - 1);
  const print = (text: string) => {
    for (const line of text.split('\n')) written += Math.max(1, Math.ceil(line.length / columns));
    output.write(`${text}\n`);
  };
  return {
    say: (text = '') => print(text),
    bars(labels) {
      const first = written;
      for (const label of labels) print(fit(renderBar(label, WAITING)));
      return {
        show(index, state) {
          const up = written - first - index;
          if (up >= rows) return; // Scrolled off: nothing above the first row can be redrawn.
          const line = fit(renderBar(labels[index] ?? '', state));
          output.write(`\u001B[${up}A\r\u001B[2K${line}\u001B[${up}B\r`);
        },
      };
    },
  };
};

const renderBar = (label: string, { fraction, note }: BarState) => {
  const filled = Math.round(Math.min(Math.max(fraction, 0), 1) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const percent = `${Math.round(fraction * 100)}%`.padStart(4);
  return `   ${label.padEnd(LABEL_WIDTH)} ${bar} ${percent}  ${note}`.trimEnd();
};
