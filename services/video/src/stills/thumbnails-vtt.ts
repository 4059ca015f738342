import type { Sheet } from './sheet.ts';

/** Which part of the picture shows which stretch of the video, as players read it. */
export const thumbnailsVtt = (
  { count, everySeconds, columns, tile }: Sheet,
  { durationSeconds, picture }: { durationSeconds: number; picture: string },
): string => {
  const cues = Array.from({ length: count }, (_, at) => {
    const start = at * everySeconds;
    const end = Math.min(start + everySeconds, Math.max(durationSeconds, start + 0.001));
    const x = (at % columns) * tile.width;
    const y = Math.floor(at / columns) * tile.height;
    const part = `${picture}#xywh=${x},${y},${tile.width},${tile.height}`;
    return `${clock(start)} --> ${clock(end)}\n${part}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
};

const clock = (seconds: number): string => {
  const ms = Math.round(seconds * 1_000);
  const parts = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60].map((part) =>
    digits(part, 2),
  );
  return `${parts.join(':')}.${digits(ms % 1_000, 3)}`;
};

const digits = (value: number, count: number) => String(Math.floor(value)).padStart(count, '0');
