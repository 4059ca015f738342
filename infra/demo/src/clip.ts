import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureFfmpeg } from '@shared/embedded';
import { z } from 'zod';

/** A test picture that moves for five seconds, with a beep each second. */
export const readClip = (): Promise<Buffer> => readFile(new URL('../clip.mp4', import.meta.url));

const Probed = z.looseObject({
  streams: z.array(
    z.looseObject({
      codec_name: z.string(),
      width: z.number().optional(),
      height: z.number().optional(),
      nb_read_packets: z.coerce.number(),
    }),
  ),
});

export type Probed = z.output<typeof Probed>;

/** What ffprobe makes of a file; undefined where there is no ffprobe. */
export const inspectVideo = async (content: Buffer): Promise<Probed | undefined> => {
  const found = await ensureFfmpeg({ install: false });
  if ('missing' in found) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-demo-'));
  try {
    const path = join(folder, 'video.mp4');
    await writeFile(path, content);
    const ask = ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', path];
    const { stdout } = await promisify(execFile)(found.ffprobe, ask);
    return Probed.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
