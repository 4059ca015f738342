import { contracts } from './contracts.js';
import { drawings } from './drawings.js';
import { jobs } from './jobs.js';
import { people } from './people.js';
import { photos } from './photos.js';
import { videos } from './videos.js';

/**
 * What the page offers to whoever is signed in, in this order: a line here and a file beside this one
 * add a section. Each is `{ id, title, lead, open(context) }`; `open` returns the elements that go below
 * the heading, and may return `{ elements, find(rest) }` where `find` shows what `#id/rest` names.
 * The context: `api` (asks as the person), `user`, `watch({ jobId, title })` (shows a job's progress and
 * resolves with its last status), `toast`, `complain`, and `signal`, which aborts when they sign out.
 */
export const sections = [people, jobs, photos, videos, contracts, drawings];
