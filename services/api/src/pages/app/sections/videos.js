import { createDrop } from '../drop.js';
import { el } from '../element.js';
import { uploadResumably } from '../resumable-upload.js';

const HLS = 'application/vnd.apple.mpegurl';

/** Videos that are transcoded, and then play here. */
export const videos = {
  id: 'videos',
  title: 'Videos',
  lead: 'Upload one: it becomes a stream in several qualities, each made by a job of its own.',
  open({ api, watch, complain, signal }) {
    const films = el('div', { className: 'films' });

    const upload = async (file) => {
      const bar = el('progress', { max: 1, value: 0, aria: { label: `Upload of ${file.name}` } });
      const note = el('span', { className: 'soft' }, 'going up');
      const figure = el('figure', {}, bar, el('figcaption', {}, file.name, ' ', note));
      films.prepend(figure);
      try {
        const onProgress = (fraction) => {
          bar.value = fraction;
        };
        const { videoId, jobId } = await uploadResumably(api, file, { onProgress, signal });
        note.textContent = 'being transcoded';
        const stop = createStop(api, jobId, complain);
        figure.append(stop);
        const last = await watch({ jobId, title: file.name });
        stop.remove();
        if (last?.status !== 'complete') {
          figure.remove();
          return;
        }
        const { video } = await api.get(`/videos/${videoId}`);
        figure.replaceWith(createFilm(video));
      } catch (error) {
        figure.remove();
        if (!signal.aborted) complain(error);
      }
    };

    const drop = createDrop({
      accept: 'video/*,.mkv',
      text: 'Choose videos, or drop them here',
      note: 'MP4, MOV, WebM, Matroska and others, up to 5 GB; what breaks off goes on where it was',
      onFiles: (files) => {
        for (const file of files) void upload(file);
      },
    });
    return {
      elements: [drop, films],
      find: async (id) => {
        const { video } = await api.get(`/videos/${encodeURIComponent(id)}`);
        const film = createFilm(video);
        films.prepend(film);
        return film;
      },
    };
  },
};

const createStop = (api, jobId, complain) => {
  const stop = el('button', { type: 'button', className: 'quiet' }, 'Cancel');
  stop.addEventListener('click', () => {
    stop.disabled = true;
    api.delete(`/jobs/status/${jobId}`).catch(complain);
  });
  return stop;
};

/** A player: of the stream where the browser knows how, or of one of its files. */
const createFilm = ({ originalName, hlsUrl, posterUrl, durationSeconds, renditions }) => {
  const name = originalName ?? 'A video';
  const player = el('video', {
    controls: true,
    preload: 'metadata',
    playsInline: true,
    poster: posterUrl ?? '',
    aria: { label: name },
  });
  player.src = player.canPlayType(HLS) === '' ? renditions[0]?.mp4Url : hlsUrl;
  const files = renditions.map(({ quality, mp4Url, bytes }) =>
    el('a', { href: mp4Url, download: '', title: `${(bytes / 1e6).toFixed(1)} MB` }, quality),
  );
  return el(
    'figure',
    {},
    player,
    el(
      'figcaption',
      {},
      `${name}, ${Math.round(durationSeconds)} s `,
      el('span', { className: 'files' }, ...files),
    ),
  );
};
