import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How s3rver names the file that holds an object's content. */
const CONTENT_SUFFIX = '._S3rver_object';

const PAGE_SIZE = 1_000;

/**
 * The answer to ListObjectsV2 over s3rver's folder. Its own (3.7.1) is in the order of the file
 * system, and its second page needs a cipher that OpenSSL 3 dropped; S3 sorts by bytes and pages.
 */
export const listObjects = async (
  bucketFolder: string,
  query: URLSearchParams,
): Promise<string> => {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const keys = (await readdir(bucketFolder, { recursive: true }))
    .filter((path) => path.endsWith(CONTENT_SUFFIX))
    .map((path) => path.slice(0, -CONTENT_SUFFIX.length))
    .filter((key) => key.startsWith(prefix) && key > after)
    .sort();
  const page = keys.slice(0, PAGE_SIZE);
  const more = page.length < keys.length;
  const contents = await Promise.all(
    page.map(async (key) => {
      const { size } = await stat(join(bucketFolder, `${key}${CONTENT_SUFFIX}`));
      return `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`;
    }),
  );
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
};
