// Has one service draw and another count it: the second job gets the first one's result, and is not
// started at all if the first one fails.
import { chain, generateDrawing, trackUserEvent } from '@shared/contracts';
import { closeProducer, enqueueFlow } from '@shared/queue';
import { say } from './say.ts';

const job = await enqueueFlow(
  chain(
    generateDrawing.s({ width: 100, height: 100, patternType: 'spirograph', seed: 3 }),
    trackUserEvent.s({ userId: 'visitor-1', eventType: 'drawing_made' }, { input: 'eventData' }),
  ),
);
say(`the chain goes by the id of its last job, ${job.id}`);

const { duplicate } = await job.result({ timeoutMs: 60_000 });
say(duplicate ? 'the event was written before' : 'the drawing is made, and the event written');
await closeProducer();
