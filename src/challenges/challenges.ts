// All that may be done with challenges, put together from its parts.

import type { Carrier } from '../carriers/carrier.ts'
import type { ChallengeId } from '../domain/challenge.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { rememberLast } from '../domain/remember-last.ts'
import { createNumbers, type Numbers } from '../guard/numbers.ts'
import { createQuietRefusal } from '../guard/quiet-hours.ts'
import { createRuleKeys } from '../guard/rule-keys.ts'
import { createRuleRotation } from '../guard/rule-rotation.ts'
import { createTrafficGuard } from '../guard/traffic-guard.ts'
import type { Logger } from '../log/logger.ts'
import type { Watched } from '../metrics/gauges.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord, LedgerLine } from '../store/types.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { createAbandonedCreates } from './abandoned-creates.ts'
import { createBackgroundTasks } from './background-tasks.ts'
import { createPlaceDelivery } from './call-placement.ts'
import { type CancelChallenge, createCancelChallenge } from './cancel-challenge.ts'
import { createApplyCarrierEvent, type HandleCarrierEvent } from './carrier-events.ts'
import { createNoteCarrierHealth } from './carrier-health.ts'
import { createPrepareRequest } from './carrier-requests.ts'
import { createCarrierSelection } from './carrier-selection.ts'
import { createCarrierSlots } from './carrier-slots.ts'
import { type ChallengeSecrets, challengeSecrets } from './challenge-secrets.ts'
import type { InstallationSettings, SettingsOf } from './challenge-settings.ts'
import { type CheckCode, createCheckCode } from './check-code.ts'
import { type Create, createCreateChallenge } from './create-challenge.ts'
import { createDeliveryLimits } from './delivery-limits.ts'
import { createEffectRunner } from './effects.ts'
import { createEventRetries } from './event-retries.ts'
import { createBeginFirstDelivery } from './first-delivery.ts'
import { createKnownRecords } from './known-records.ts'
import { createLearntRules } from './learnt-rules.ts'
import { createListChallenges, type ListChallenges } from './list-challenges.ts'
import { segmentsOfMessage } from './message-text.ts'
import { createPagePresence, type PagePresence } from './page-presence.ts'
import { createReconciler } from './reconciler.ts'
import { createRedeliverChallenge, type RedeliverChallenge } from './redeliver-challenge.ts'
import { createRefusedBySettings } from './refused-by-settings.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import { type TimelineEvent, timelineOf } from './timeline.ts'
import { createTransition } from './transition.ts'
import { createWaitForEffects } from './wait-for-effects.ts'

export type Challenges = Subscriptions & {
  create: Create
  check: CheckCode
  cancel: CancelChallenge
  redeliver: RedeliverChallenge
  handleCarrierEvent: HandleCarrierEvent
  list: ListChallenges
  ledger(id: ChallengeId): Promise<LedgerLine[]>
  /** What has happened to a challenge until it was read. */
  timeline(record: ChallengeRecord): Promise<TimelineEvent[]>
  numbers: Numbers
  secrets: ChallengeSecrets
  /** A page has connected to a challenge. Returns how to note that it has left. */
  pageConnected: PagePresence['connected']
  /** About once a second: renews what is known of the pages that are connected here, and ends what has none any more. */
  checkPages: PagePresence['check']
  /** Ends what a service has pending, and hangs up its phones. */
  cancelAllOf(serviceId: string): void
  /** Between two deliveries of one challenge. */
  cooldownOf(serviceId: string): number
  /** approve: the key that approves is drawn for each call. */
  drawnKey: boolean
  /** Checks everything whose time to be checked has come. */
  reconcile(): Promise<void>
  /** Applies what carriers told while the database was away. */
  retryEvents(): Promise<void>
  /** Drops what is remembered of calls that nothing has been heard of for minutes. */
  sweep(): void
  /** Begins and ends what the guard's rules stand against. */
  refreshGuard(): Promise<void>
  /** Carries rules for numbers over to the secrets that are listed now. */
  rotateRules(): Promise<void>
  breakers: Watched['breakers']
  spent: Watched['spent']
  /** When no work is under way any more. */
  stop(): Promise<void>
  /**
   * In a stop: ends what was saved of requests that were told that nothing was dialled, applies what carriers told, and
   * carries out what follows from both.
   */
  lastLooks(): Promise<void>
}

export type ChallengeDeps = {
  store: Store
  /** In order of preference. */
  carriers: readonly Carrier[]
  settings: InstallationSettings
  settingsOf: SettingsOf
  metrics: Metrics
  clock: Clock
  log: Logger
}

export function createChallenges(deps: ChallengeDeps): Challenges {
  const { store, carriers, settings, settingsOf, metrics, clock, log } = deps
  const secrets = challengeSecrets(settings.secrets)
  const tasks = createBackgroundTasks(log)
  const hashes = rememberLast((text) => numberHashes(settings.secrets, text))
  const traffic = createTrafficGuard({
    store,
    settings: settings.traffic,
    hashes,
    segmentsOf: (target) => segmentsOfMessage(target, settingsOf(target.serviceId)),
    pushes: settings.guardPushes,
    metrics,
    log,
  })
  const abandoned = createAbandonedCreates({ challenges: store.challenges, traffic, clock, log })
  const selection = createCarrierSelection({ carriers, settingsOf, traffic, clock })
  const prepareRequest = createPrepareRequest({ publicUrl: settings.publicUrl, settingsOf, secrets })
  const slots = createCarrierSlots({ carrierRates: store.carrierRates, selection, tasks, clock })
  const placeDelivery = createPlaceDelivery({ store, selection, slots, prepareRequest, abandoned, metrics, clock, log })
  const runEffects = createEffectRunner({ selection, placeDelivery, leases: store.pageLeases, clock, log })
  const { policy, speechSpeed } = settings
  const quiet = createQuietRefusal({ settingsOf, now: () => store.now() })
  const ruleKeys = createRuleKeys(settings.secrets)
  const limits = createDeliveryLimits({ hashes, ruleKeys, settingsOf, traffic })
  const knownRecords = createKnownRecords(clock)
  const transition = createTransition({
    store,
    limits,
    slots,
    traffic,
    countWhenFound: abandoned.countWhenFound,
    refusedBySettings: createRefusedBySettings({ quiet, policy, settingsOf }),
    knownRecords,
    learntRules: createLearntRules({ ruleKeys, settingsOf }),
    policy,
    settingsOf,
    tasks,
    log,
    runEffects,
    noteCarrierHealth: createNoteCarrierHealth(selection, clock),
    metrics,
  })
  const pagePresence = createPagePresence({
    leases: store.pageLeases,
    beginFirstDelivery: createBeginFirstDelivery({ slots, abandoned, transition }),
    transition,
    tasks,
    clock,
    log,
  })
  const waitForEffects = createWaitForEffects(store.challenges, clock)
  const reconcileDue = createReconciler({ store, limits, settingsOf, selection, transition, clock, log })
  const shared = { store, slots, limits, traffic, quiet, abandoned, transition, waitForEffects, clock }
  const subscriptions = createSubscriptions({ store, transition, tasks, clock, log })

  const apply = createApplyCarrierEvent({
    carriers,
    settingsOf,
    speechSpeed,
    secrets,
    selection,
    knownRecords,
    traffic,
    transition,
    log,
  })
  const eventRetries = createEventRetries({ apply, clock, log })

  async function cancelAllOf(serviceId: string): Promise<void> {
    for (const id of await store.challenges.pendingTo(serviceId, null))
      await transition(id, ({ challenge }) => (challenge.outcome ? null : { type: 'canceled', by: 'operator' }))
  }

  return {
    ...subscriptions,
    create: createCreateChallenge({ ...shared, selection, carriers, settings, settingsOf, runEffects, tasks, metrics }),
    check: createCheckCode(transition, secrets, clock),
    cancel: createCancelChallenge(transition, waitForEffects, clock),
    redeliver: createRedeliverChallenge({ ...shared, policy, settingsOf }),
    handleCarrierEvent: eventRetries.handle,
    list: createListChallenges({ search: store.challengeSearch, limits, find: subscriptions.find }),
    ledger: (id) => store.challenges.ledger(id),
    timeline: async (record) => timelineOf(record, await store.challenges.ledger(record.challenge.id)),
    numbers: createNumbers(store.numberRules, settings.secrets),
    secrets,
    pageConnected: pagePresence.connected,
    checkPages: pagePresence.check,
    cancelAllOf: (serviceId) => tasks.add(cancelAllOf(serviceId)),
    cooldownOf: (serviceId) => settingsOf(serviceId).cooldown,
    drawnKey: policy.drawnKey,
    // None waits for another, so a fault of one does not stop the others.
    reconcile: async () => void (await Promise.all([abandoned.endAll(transition), reconcileDue()])),
    retryEvents: eventRetries.retryAll,
    sweep: knownRecords.sweep,
    refreshGuard: traffic.refresh,
    spent: traffic.spent,
    rotateRules: createRuleRotation(store.numberRules, settings.secrets),
    breakers: () =>
      carriers.flatMap(({ name }) => [
        { carrier: name, breaker: 'requests', open: selection.breaker(name).isOpen() },
        { carrier: name, breaker: 'deliveries', open: selection.deliveryBreaker(name).isOpen() },
      ]),
    stop: () => tasks.idle(),
    async lastLooks() {
      const looks = Promise.all([abandoned.drain(transition), eventRetries.drain()]).then(tasks.idle)
      await withTimeout(clock, DEADLINES.lastLooks, looks, null)
    },
  }
}
