/** What a command may use of the world. */
export type Context = {
  env: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  cwd: string;
  /** One line, or several, to standard output. */
  print(text: string): void;
  /** The same to standard error. */
  warn(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** Whether standard output is a terminal, on which lines can be drawn again. */
  interactive: boolean;
};
