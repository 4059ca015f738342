import { z } from 'zod';
import { inspectVideo, readClip } from '../clip.ts';
import { WrongResultError } from '../errors/wrong-result-error.ts';
import type { Http } from '../http.ts';
import type { Story } from './story.ts';

const Uploaded = z.looseObject({ videoId: z.string(), jobId: z.string() });

const Shown = z.looseObject({
  video: z.looseObject({
    hlsUrl: z.string(),
    posterUrl: z.string(),
    durationSeconds: z.number(),
    renditions: z.array(
      z.looseObject({ quality: z.string(), width: z.int(), height: z.int(), bytes: z.int() }),
    ),
  }),
});

/** What has to come of a clip of 854×480 pixels and five seconds. */
const EXPECTED = ['480p 854×480', '360p 640×360'];
const SECONDS = 5;
const FRAMES = 120;

export const videoStream: Story = {
  title: 'A video is uploaded and becomes a stream that browsers play',
  async play({ http, follow, link, say }, { token }) {
    const clip = await readClip();
    const form = new FormData();
    form.append('video', new Blob([new Uint8Array(clip)], { type: 'video/mp4' }), 'clip.mp4');
    const { videoId, jobId } = await http.json('/videos/upload', Uploaded, {
      method: 'POST',
      body: form,
      token,
      expect: 202,
    });
    say(`A clip of ${SECONDS} seconds and ${Math.ceil(clip.length / 1e3)} kB went up`);

    await follow([{ jobId, name: 'video.process-video' }], { token });
    const parts = ['480p', '360p', 'stills'].map((name) => ({ jobId: `${name}.${jobId}`, name }));
    await follow(parts, { token });

    const { video } = await http.json(`/videos/${videoId}`, Shown, { token });
    const made = video.renditions.map(
      ({ quality, width, height }) => `${quality} ${width}×${height}`,
    );
    mustBe('renditions', made.join(', '), EXPECTED.join(', '));
    const { segments, content } = await fetchStream(http, video.hlsUrl);
    await mustPlay(content);
    link(jobId, new URL(video.hlsUrl, http.baseUrl).href);
    const bytes = Math.ceil(content.length / 1e3);
    say(`${made.join(' and ')}; the stream of the first has ${segments} segments, ${bytes} kB`);
  },
};

/** Fetches the first rendition of a master playlist as a player does, without any credentials. */
const fetchStream = async (http: Http, master: string) => {
  const [first = ''] = await namesIn(http, master);
  const playlist = resolve(first, master);
  const names = await namesIn(http, playlist);
  const [header] = /(?<=#EXT-X-MAP:URI=")[^"]+/.exec(await textOf(http, playlist)) ?? [''];
  const files = await Promise.all(
    [header, ...names].map((name) => http.bytes(resolve(name, playlist))),
  );
  return { segments: names.length, content: Buffer.concat(files.map(({ content }) => content)) };
};

const textOf = async (http: Http, path: string) => (await http.bytes(path)).content.toString();

/** What a playlist lists. */
const namesIn = async (http: Http, path: string) =>
  (await textOf(http, path)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

/** Relative to the playlist that names it. */
const resolve = (name: string, playlist: string) =>
  new URL(name, new URL(playlist, 'http://x')).pathname;

const mustPlay = async (content: Buffer) => {
  const probed = await inspectVideo(content);
  if (probed === undefined) return;
  const [picture, sound] = probed.streams;
  mustBe('picture', `${picture?.codec_name} ${picture?.width}×${picture?.height}`, 'h264 854×480');
  mustBe('number of frames', String(picture?.nb_read_packets), String(FRAMES));
  mustBe('sound', String(sound?.codec_name), 'aac');
};

const mustBe = (what: string, found: string, expected: string) => {
  if (found === expected) return;
  throw new WrongResultError('The stream is wrong', `its ${what}: ${found}, not ${expected}`);
};
