// What every route of the console works with.

import type { Challenges } from '../challenges/challenges.ts'
import type { ChallengeSearch } from '../store/challenge-search.ts'
import type { StreamParts } from './fragment-stream.ts'
import type { PageLink } from './pages/page-frame.ts'

export type ConsoleParts = StreamParts & {
  challenges: Pick<Challenges, 'find' | 'timeline'>
  search: ChallengeSearch
  /** Those under which numbers are hashed. */
  secrets: readonly string[]
  /** Whose national numbers are understood; `*` where every country may be called, which makes no national number clear. */
  regions: ReadonlySet<string> | '*'
  /** Pages beside the console. */
  links: readonly PageLink[]
}
