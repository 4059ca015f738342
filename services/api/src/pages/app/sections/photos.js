import { createDrop } from '../drop.js';
import { el } from '../element.js';
import { createAlike, createStars } from '../photo-likes.js';

/** Photos of which smaller ones are made. */
export const photos = {
  id: 'photos',
  title: 'Photos',
  lead: 'Upload one: a thumbnail and two sizes are made in the background. Rate it, and find those like it.',
  open(context) {
    const { api, watch, complain, signal } = context;
    const pictures = el('div', { className: 'pictures' });
    const upload = async (file) => {
      const form = new FormData();
      form.append('image', file);
      const { image, jobs, indexJobId } = await api.upload('/images/upload', form);
      const watched = jobs.map(({ jobId, variant }) =>
        watch({ jobId, title: `${file.name}, ${variant}` }),
      );
      watched.push(watch({ jobId: indexJobId, title: `${file.name}, what it looks like` }));
      for (const more of watched.slice(1)) more.catch(complain);
      const thumbnail = await watched[0];
      if (thumbnail?.status !== 'complete') return;
      const src = await api.objectUrl(`/images/${image.id}/variants/thumbnail`);
      signal.addEventListener('abort', () => URL.revokeObjectURL(src));
      pictures.prepend(
        el(
          'figure',
          {},
          el('img', { src, alt: `Thumbnail of ${file.name}` }),
          el('figcaption', {}, file.name),
          createStars(context, { image, name: file.name }),
          createAlike(context, { image, name: file.name }),
        ),
      );
    };
    const uploadAll = (files) => {
      for (const file of files) void upload(file).catch(complain);
    };
    const drop = createDrop({
      accept: 'image/jpeg,image/png,image/webp,image/gif,image/avif',
      text: 'Choose photos, or drop them here',
      note: 'JPEG, PNG, WebP, GIF or AVIF, up to 20 MB',
      onFiles: uploadAll,
    });
    return [drop, pictures];
  },
};
