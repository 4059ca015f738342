import sharp from 'sharp';
import { expect, test } from 'vitest';
import { inspectPicture, takePhoto } from '../src/photo.ts';

const photo = await takePhoto();

test('the photo is a JPEG of three megapixels that lies on its side', async () => {
  const metadata = await sharp(photo).metadata();

  expect(metadata).toMatchObject({ format: 'jpeg', width: 2000, height: 1500, orientation: 6 });
  expect(photo.length).toBeGreaterThan(500_000);
});

test('as stored it is told from an upright picture', async () => {
  expect(await inspectPicture(photo)).toMatchObject({ turned: true, upright: false });
});

test('turned as its tag says it is upright', async () => {
  const turned = await sharp(photo).autoOrient().resize(250, 200, { fit: 'cover' }).toBuffer();

  expect(await inspectPicture(turned)).toEqual({
    format: 'jpeg',
    width: 250,
    height: 200,
    turned: false,
    upright: true,
  });
});

test('a picture on its head is not upright', async () => {
  const onItsHead = await sharp(photo).autoOrient().flip().toBuffer();

  expect(await inspectPicture(onItsHead)).toMatchObject({ upright: false });
});
