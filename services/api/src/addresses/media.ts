import type { Express } from 'express';
import { only } from '../only.ts';
import type { Parts } from '../parts.ts';
import { rateImage } from '../routes/rate-image.ts';
import { showImage } from '../routes/show-image.ts';
import { showVariant } from '../routes/show-variant.ts';
import { showVideo } from '../routes/show-video.ts';
import { signedObject } from '../routes/signed-object.ts';
import { similarImages } from '../routes/similar-images.ts';
import { uploadImage } from '../routes/upload-image.ts';
import { uploadVideo } from '../routes/upload-video.ts';
import { videoFile } from '../routes/video-file.ts';
import { speakTus } from '../tus/protocol.ts';

/** Images, videos and the stored files that signed addresses name. */
export const mediaAddresses = (
  app: Express,
  {
    people,
    producer,
    storage,
    signingSecret,
    maxUploadBytes,
    limited,
    pictures,
    movies,
    uploads,
    similarity,
  }: Parts,
): void => {
  app
    .route('/images/upload')
    .post(limited.upload, uploadImage({ ...pictures, producer, maxUploadBytes }))
    .all(only('POST'));
  app.route('/images/:id').get(showImage(pictures)).all(only('GET'));
  app
    .route('/images/:id/ratings')
    .put(rateImage({ ...people, producer }))
    .all(only('PUT'));
  app
    .route('/images/:id/similar')
    .get(similarImages({ ...pictures, similarity }))
    .all(only('GET'));
  app.route('/images/:id/variants/:name').get(showVariant(pictures)).all(only('GET'));
  app.route('/videos/upload').post(limited.upload, uploadVideo(movies)).all(only('POST'));
  app.use('/videos/uploads', speakTus());
  app
    .route('/videos/uploads')
    .options(uploads.describe())
    .post(limited.upload, uploads.begin())
    .all(only('OPTIONS', 'POST'));
  app
    .route('/videos/uploads/:id')
    .head(uploads.show())
    .patch(uploads.goOn())
    .delete(uploads.giveUp())
    .options(uploads.describe())
    .all(only('OPTIONS', 'HEAD', 'PATCH', 'DELETE'));
  app.route('/videos/:id').get(showVideo(movies)).all(only('GET'));
  app.route('/videos/:id/files/:token/*path').get(videoFile(movies)).all(only('GET'));
  app.route('/storage/*key').get(signedObject({ storage, signingSecret })).all(only('GET'));
};
