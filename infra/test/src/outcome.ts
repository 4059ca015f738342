/** What came of one check or of one project's tests. */
export type Outcome = {
  /** As people would ask for it again: `format`, `@shared/queue:test`. */
  name: string;
  passed: number;
  failed: number;
  skipped: readonly { name: string; reason: string }[];
  seconds: number;
  /** What it printed, when something failed. */
  output: readonly string[];
};
