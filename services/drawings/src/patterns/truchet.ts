import type { Canvas } from '../canvas.ts';
import { heightOf, type Point, widthOf } from '../geometry.ts';

const ARC_STEPS = 8;

/** Tiles with arcs in two opposite corners, laid at random: their ends meet, and long ribbons appear. */
export const truchet = ({ frame, random, spacing, draw }: Canvas): void => {
  const tile = spacing * 3;
  const columns = Math.max(Math.floor(widthOf(frame) / tile), 1);
  const rows = Math.max(Math.floor(heightOf(frame) / tile), 1);
  const size = Math.min(widthOf(frame) / columns, heightOf(frame) / rows);
  const left = frame.left + (widthOf(frame) - size * columns) / 2;
  const top = frame.top + (heightOf(frame) - size * rows) / 2;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [left + column * size, top + row * size];
      const falling = random.next() < 0.5;
      const corners: [Point, number][] = falling
        ? [
            [[x, y], 0],
            [[x + size, y + size], Math.PI],
          ]
        : [
            [[x + size, y], Math.PI / 2],
            [[x, y + size], -Math.PI / 2],
          ];
      for (const [corner, from] of corners) {
        // Two lines a third and two thirds along each side: those of any two tiles meet.
        for (const share of [1 / 3, 2 / 3]) draw(arc(corner, size * share, from));
      }
    }
  }
};

/** A quarter of a circle. */
const arc = ([x, y]: Point, radius: number, from: number): Point[] =>
  Array.from({ length: ARC_STEPS + 1 }, (_, i): Point => {
    const angle = from + (i / ARC_STEPS) * (Math.PI / 2);
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
