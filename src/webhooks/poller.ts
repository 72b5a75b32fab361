import type { ChangeNotifier } from '../store/change-notifier.ts'
import { type Clock, repeat } from '../time/clock.ts'
import type { Dispatcher } from './dispatcher.ts'

/**
 * Wakes the dispatcher at once for changes made on this instance, and about every second for retries and for messages that
 * a dead instance had claimed. Returns how to stop.
 */
export function startPoller({ wake, close }: Dispatcher, notifier: ChangeNotifier, clock: Clock): () => Promise<void> {
  const stop = repeat(clock, 900 + Math.random() * 200, wake)
  const unlisten = notifier.onPublish(wake)
  return () => {
    stop()
    unlisten()
    return close()
  }
}
