import type { FlowNode } from '@bull-board/api/typings/app';
import { percent } from './redact-job.ts';

type Body = string | Record<string, unknown>;

/** A flow without the texts that its jobs' handlers wrote. */
export const redactFlow = (body: Body): Body => {
  if (typeof body === 'string' || body['flowRoot'] === null) return body;
  const root = body['flowRoot'] as FlowNode | undefined; // What the route of Bull Board answers with.
  return root === undefined ? body : { ...body, flowRoot: redactNode(root) };
};

const redactNode = ({ ...node }: FlowNode): FlowNode => {
  delete node.ignoredChildFailureReasons;
  const progress = percent(node.progress);
  return {
    ...node,
    progress: typeof progress === 'number' ? progress : 0,
    children: node.children.map(redactNode),
  };
};
