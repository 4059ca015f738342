import type { DrawingRequest } from '@shared/contracts';
import type { Pattern } from '../canvas.ts';
import { flowField } from './flow-field.ts';
import { grid } from './grid.ts';
import { hatch } from './hatch.ts';
import { hilbert } from './hilbert.ts';
import { rose } from './rose.ts';
import { spiral } from './spiral.ts';
import { spirograph } from './spirograph.ts';
import { truchet } from './truchet.ts';
import { voronoi } from './voronoi.ts';

export const patterns: Readonly<Record<DrawingRequest['patternType'], Pattern>> = {
  spiral,
  grid,
  hilbert,
  flow_field: flowField,
  rose,
  spirograph,
  hatch,
  truchet,
  voronoi,
};
