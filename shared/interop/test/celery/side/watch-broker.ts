import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What a Redis is asked from now on, line by line as MONITOR shows it. */
export const watchBroker = async (
  brokerUrl: string,
  onLine: (line: string) => void,
): Promise<Disposable> => {
  const { hostname, port } = new URL(brokerUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write('MONITOR\r\n');
  const lines = createInterface(socket);
  await once(lines, 'line');
  lines.on('line', onLine);
  return { [Symbol.dispose]: () => socket.destroy() };
};
