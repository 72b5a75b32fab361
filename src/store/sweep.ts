// Old rows are deleted in short statements: a long one would hold its locks, and reach its deadline, before it is done.

import { DEADLINES } from '../time/deadlines.ts'

const BATCH = 2_000

/** Repeats until a batch comes back short. Several instances share the work by skipping what another has locked. */
export async function untilNoneLeft(sweep: (limit: number) => Promise<unknown[]>): Promise<void> {
  const end = performance.now() + DEADLINES.sweepRound
  while ((await sweep(BATCH)).length === BATCH && performance.now() < end);
}
