import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { VideoFacts } from '@shared/contracts';
import { RENDITION_FILES, RENDITION_OUTPUT, renditionOptions } from './ffmpeg/rendition-options.ts';
import { runFfmpeg } from './ffmpeg/run-ffmpeg.ts';
import type { Tools } from './ffmpeg/tools.ts';
import { codecsOf } from './hls/codecs.ts';
import { bandwidthOf, readMediaPlaylist } from './hls/media-playlist.ts';
import type { Rung } from './ladder.ts';

/** What is told of a rendition beside its files. */
export type EncodedRendition = {
  codecs: string;
  /** In bits per second. */
  bandwidth: number;
  averageBandwidth: number;
  /** Of the MP4. */
  bytes: number;
};

const HEADER_BYTES = 65_536;

/**
 * Encodes one rung, as a file and cut into segments: `video.mp4`, `index.m3u8` and what that names, all
 * in `folder`.
 */
export const encodeRendition = async (
  { input, folder, facts, rung }: { input: string; folder: string; facts: VideoFacts; rung: Rung },
  {
    tools,
    signal,
    onSeconds,
  }: { tools: Tools; signal: AbortSignal; onSeconds: (seconds: number) => void },
): Promise<EncodedRendition> => {
  await mkdir(folder);
  const outputOptions = renditionOptions(facts, rung);
  const run = { input, outputOptions, folder, output: RENDITION_OUTPUT, onSeconds };
  await runFfmpeg(run, { tools, signal });

  const playlist = await readFile(join(folder, RENDITION_FILES.playlist), 'utf8');
  const { segments, targetSeconds } = readMediaPlaylist(playlist);
  const weighed = await Promise.all(
    segments.map(async ({ file, seconds }) => ({
      seconds,
      bytes: (await stat(join(folder, file))).size,
    })),
  );
  const { peak, average } = bandwidthOf(weighed, targetSeconds);
  const header = await beginningOf(join(folder, RENDITION_FILES.header));
  return {
    codecs: codecsOf(header, { audio: facts.audioStream !== null }),
    bandwidth: peak,
    averageBandwidth: average,
    bytes: (await stat(join(folder, RENDITION_FILES.mp4))).size,
  };
};

const beginningOf = async (path: string): Promise<Buffer> => {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  return buffer.subarray(0, bytesRead);
};
