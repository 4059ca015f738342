/** ffmpeg's options by name: a list repeats the option, `true` stands for one without a value. */
type Options = Readonly<Record<string, string | number | true | readonly string[]>>;

/** As they stand on the command line. */
export const optionList = (options: Options): string[] =>
  Object.entries(options).flatMap(([name, value]) => {
    if (value === true) return [`-${name}`];
    return [value].flat().flatMap((one) => [`-${name}`, String(one)]);
  });
