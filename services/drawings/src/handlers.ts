import { generateDrawing } from '@shared/contracts';
import { implement, type Implementation } from '@shared/queue';

/** Everything that this service does. What the handlers need they open in their threads. */
export const handlers: Implementation[] = [
  implement(generateDrawing, new URL('tasks/generate-drawing.ts', import.meta.url)),
];
