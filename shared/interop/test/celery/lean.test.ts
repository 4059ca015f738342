import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { chain, createCanvas, group, signature, type Dialect } from '../../src/celery/index.ts';

/** Groups one after another, each member given the results of the group before. */
const pipeline = (width: number, levels: number) => {
  const level = () => group(...Array.from({ length: width }, () => signature('lab.tsum')));
  return chain(...Array.from({ length: levels }, level), signature('lab.tsum'));
};

const bytesOf = (levels: number, dialect: Dialect): number => {
  const canvas = createCanvas({
    nowMs: 0,
    newId: randomUUID,
    origin: 'gen1@test',
    replyTo: randomUUID(),
    dialect,
  });
  canvas.apply(pipeline(10, levels));
  const sizes = canvas.effects.flatMap((effect) =>
    effect.kind === 'publish' ? effect.publication.envelope.body.length : [],
  );
  return Math.max(...sizes);
};

test('every further group adds to a message what it is itself', () => {
  const added = bytesOf(3, '5.7') - bytesOf(2, '5.7');

  expect(bytesOf(20, '5.7')).toBeLessThan(bytesOf(2, '5.7') + 18 * added * 1.2);
});
