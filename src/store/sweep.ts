// Old rows are deleted in short statements: a long one would hold its locks, and reach its deadline, before it is done.

const BATCH = 2_000
/** A stopping instance waits for the round under way. In so long one deletes what a thousand challenges a second leave. */
const ROUND_MS = 5_000

/** Repeats until a batch comes back short. Several instances share the work by skipping what another has locked. */
export async function untilNoneLeft(sweep: (limit: number) => Promise<unknown[]>): Promise<void> {
  const end = performance.now() + ROUND_MS
  while ((await sweep(BATCH)).length === BATCH && performance.now() < end);
}
