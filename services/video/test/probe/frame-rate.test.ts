import { expect, test } from 'vitest';
import { chooseFrameRate } from '../../src/probe/frame-rate.ts';

test.for([
  { base: '30000/1001', average: '30000/1001', chosen: '30000/1001' },
  { base: '1000/1', average: '24/1', chosen: '24/1' },
  { base: '120/1', average: '120/1', chosen: '60/1' },
  { base: '30/1', average: '7/1', chosen: '30/1' },
  { base: '0/0', average: '0/0', chosen: '30/1' },
])('base rate $base and average $average make $chosen', ({ base, average, chosen }) => {
  expect(chooseFrameRate({ r_frame_rate: base, avg_frame_rate: average })).toBe(chosen);
});
