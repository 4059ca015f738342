import { PlatformError } from './platform-error.ts';

/** A program that we need is neither installed nor could it be fetched. */
export class ToolMissingError extends PlatformError {
  readonly code = 'tool_missing';
  readonly retryable = false;

  constructor(tool: string, { why, fix }: { why: string; fix: string }) {
    super({ what: `${tool} is missing`, why, fix });
  }
}
