import { CorruptSignatureError } from './errors/corrupt-signature-error.ts';
import { CHANNELS, COEFFICIENTS, type Signature } from './signature.ts';

const PLACES = CHANNELS * COEFFICIENTS;

/** Three float32 and 120 int16, little-endian. */
export const SIGNATURE_BYTES = CHANNELS * 4 + PLACES * 2;

/** A signature as the database keeps it. */
export const encodeSignature = ({ averages, places }: Signature): Buffer => {
  const bytes = Buffer.alloc(SIGNATURE_BYTES);
  averages.forEach((average, at) => bytes.writeFloatLE(average, at * 4));
  places.forEach((place, at) => bytes.writeInt16LE(place, CHANNELS * 4 + at * 2));
  return bytes;
};

/** @throws {CorruptSignatureError} it has another length. */
export const decodeSignature = (bytes: Uint8Array): Signature => {
  if (bytes.byteLength !== SIGNATURE_BYTES) throw new CorruptSignatureError(bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    averages: Float32Array.from({ length: CHANNELS }, (_, at) => view.getFloat32(at * 4, true)),
    places: Int16Array.from({ length: PLACES }, (_, at) =>
      view.getInt16(CHANNELS * 4 + at * 2, true),
    ),
  };
};

/** A signature as an IQDB server takes it: the averages as float64 and the places, in hex. */
export const iqdbHash = ({ averages, places }: Signature): string => {
  const bytes = Buffer.alloc(CHANNELS * 8 + PLACES * 2);
  averages.forEach((average, at) => bytes.writeDoubleBE(average, at * 8));
  places.forEach((place, at) => bytes.writeInt16BE(place, CHANNELS * 8 + at * 2));
  return `iqdb_${bytes.toString('hex')}`;
};
