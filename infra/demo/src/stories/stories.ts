import { jobApplication } from './job-application.ts';
import { newFollower } from './new-follower.ts';
import { passwordReset } from './password-reset.ts';
import { photoVariants } from './photo-variants.ts';
import { plotterDrawing } from './plotter-drawing.ts';
import { sessionCleanup } from './session-cleanup.ts';
import { signedContract } from './signed-contract.ts';
import { ratedPhoto } from './rated-photo.ts';
import { similarPhoto } from './similar-photo.ts';
import type { Story } from './story.ts';
import { trackedEvents } from './tracked-events.ts';
import { videoStream } from './video-stream.ts';
import { welcomeMail } from './welcome-mail.ts';

/** All there are, in the order they are played; every queue of the platform needs one. */
export const stories: readonly Story[] = [
  welcomeMail,
  photoVariants,
  videoStream,
  ratedPhoto,
  similarPhoto,
  jobApplication,
  newFollower,
  trackedEvents,
  signedContract,
  plotterDrawing,
  // It ends the visitor's session, as a new password must.
  passwordReset,
  sessionCleanup,
];
