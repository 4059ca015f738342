import type { Question } from './start-peer.ts';

/**
 * The child's side: answers each command that the bench sends, one after the other, and ends when the
 * bench hangs up or dies.
 */
export const serveCommands = (commands: object): void => {
  const answer = async ({ name, order }: Question) => {
    // The bench calls what the same type says, with the order that it says.
    const command = Reflect.get(commands, name) as (order: unknown) => Promise<unknown>;
    try {
      process.send?.({ value: await command(order) });
    } catch (error) {
      process.send?.({ failure: error instanceof Error ? error.stack : String(error) });
    }
  };
  process.on('message', (question: Question) => void answer(question));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ value: 'ready' });
};
