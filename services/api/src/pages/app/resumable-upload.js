const VERSION = { 'tus-resumable': '1.0.0' };
const CHUNK_BYTES = 4 * 1_048_576;
/** Bytes at the wrong place, and such as changed on their way. */
const PASSING = new Set([409, 460]);

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Sends a file in pieces (tus 1.0.0). When the network fails it asks where the upload stands and goes on
 * from there, as long as the page is open.
 *
 * @param options.onProgress told the fraction that has arrived.
 * @returns the ids of the video and of the job that processes it.
 */
export const uploadResumably = async (api, file, { onProgress, signal }) => {
  const path = await begin(api, file, signal);
  let offset = 0;
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    try {
      const { headers } = await send(api, path, { file, offset, signal });
      offset = Number(headers.get('upload-offset'));
      onProgress(file.size === 0 ? 1 : offset / file.size);
      waitMs = FIRST_WAIT_MS;
      if (offset >= file.size) {
        return { videoId: headers.get('video-id'), jobId: headers.get('job-id') };
      }
    } catch (error) {
      // A refusal stays one, but for bytes at the wrong place or spoilt, and a server that is away.
      const mayHelp =
        error.status === undefined || PASSING.has(error.status) || error.status >= 500;
      if (signal.aborted || !mayHelp) throw error;
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      offset = await offsetOf(api, path, { offset, signal });
    }
  }
};

const begin = async (api, { name, size }, signal) => {
  const headers = {
    ...VERSION,
    'upload-length': String(size),
    'upload-metadata': `filename ${base64(name)}`,
  };
  const { headers: answer } = await api.send('POST', '/videos/uploads', { headers, signal });
  return answer.get('location');
};

const send = async (api, path, { file, offset, signal }) => {
  const body = await file.slice(offset, offset + CHUNK_BYTES).arrayBuffer();
  const headers = {
    ...VERSION,
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(offset),
    ...(await checksumOf(body)),
  };
  return api.send('PATCH', path, { headers, body, signal });
};

/** Only on a page that the browser trusts can it be told. */
const checksumOf = async (content) => {
  const digest = await crypto.subtle?.digest('SHA-256', content);
  return digest && { 'upload-checksum': `sha256 ${base64Of(new Uint8Array(digest))}` };
};

/** Where the upload stands; where we thought it did if nobody answers yet. */
const offsetOf = async (api, path, { offset, signal }) => {
  try {
    const { headers } = await api.send('HEAD', path, { headers: VERSION, signal });
    return Number(headers.get('upload-offset'));
  } catch (error) {
    if (error.status >= 400 && error.status < 500) throw error;
    return offset;
  }
};

const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));

/** Of the name's bytes: it may hold any letters. */
const base64 = (text) => base64Of(new TextEncoder().encode(text));

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
