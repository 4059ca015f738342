import sharp from 'sharp';

/**
 * The only formats that are ever decoded, judged by content. libvips can do many more, among them SVG
 * and PDF, which can refer to other files, and rare ones that nobody fuzzes.
 */
const LOADERS = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
];

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

// Every image is decoded once per job, so a cache would only hold memory.
sharp.cache(false);

// The worker runs as many jobs as there are processors: one thread each.
sharp.concurrency(1);

/** sharp as this service may use it; import it from here only. */
export { sharp };
