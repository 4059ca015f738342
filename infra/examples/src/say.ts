/** One line for whoever runs the example. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`);
