// What every route of the console works with.

import type { Context } from 'hono'
import type { Challenges } from '../challenges/challenges.ts'
import type { NumberSettings } from '../guard/explain-number.ts'
import type { Numbers } from '../guard/numbers.ts'
import type { TrafficSettings } from '../guard/traffic-rules.ts'
import type { Logger } from '../log/logger.ts'
import type { ManageServices } from '../services/manage-services.ts'
import type { PushEndpoints } from '../services/push-endpoints.ts'
import type { ServiceDirectory } from '../services/service-directory.ts'
import type { ChangeNotifier } from '../store/change-notifier.ts'
import type { OperatorRole } from '../store/operator-schema.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../time/clock.ts'
import type { Frame, PageLink } from './pages/page-frame.ts'

export type StreamParts = {
  notifier: Pick<ChangeNotifier, 'onPublish'>
  stopping: AbortSignal
  clock: Clock
  log: Logger
}

export type ConsoleParts = StreamParts & {
  challenges: Pick<Challenges, 'find' | 'timeline' | 'breakers'>
  store: Pick<
    Store,
    | 'challengeSearch'
    | 'numberObstacles'
    | 'statistics'
    | 'outbox'
    | 'auditLog'
    | 'spending'
    | 'guardTraffic'
    | 'guardTrips'
    | 'factors'
    | 'operators'
    | 'operatorFactors'
  >
  traffic: Pick<TrafficSettings, 'modes' | 'spending'>
  numbers: Numbers
  services: ManageServices
  directory: Pick<ServiceDirectory, 'all'>
  endpoints: Pick<PushEndpoints, 'any' | 'has'>
  settingsOf: (serviceId: string) => NumberSettings
  /** Where browsers reach the server. */
  publicUrl: string
  /** Those under which numbers are hashed. */
  secrets: readonly string[]
  /** Whose national numbers are understood; `*` where every country may be called, which makes no national number clear. */
  regions: ReadonlySet<string> | '*'
  /** Pages beside the console. */
  links: readonly PageLink[]
}

/** `name`: `null` where nobody has to sign in. */
export type SignedIn = { name: string | null; role: OperatorRole }
/** `isStillSignedIn`: asks again, for an answer that goes on. */
export type ConsoleEnv = { Variables: { signedIn: SignedIn; isStillSignedIn: () => Promise<boolean> } }

export function frameOf(c: Context<ConsoleEnv>, { links }: Pick<ConsoleParts, 'links'>): Frame {
  return { links, operator: c.var.signedIn.name }
}

/** As the audit log names who has acted. */
export function actorOf(c: Context<ConsoleEnv>): string {
  return c.var.signedIn.name === null ? 'console' : `operator:${c.var.signedIn.name}`
}
