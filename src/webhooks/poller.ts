import type { ChangeNotifier } from '../store/change-notifier.ts'
import type { Dispatcher } from './dispatcher.ts'

/**
 * Wakes the dispatcher at once for changes made on this instance, and about every second for retries and for messages that
 * a dead instance had claimed. Returns how to stop.
 */
export function startPoller({ wake, close }: Dispatcher, notifier: ChangeNotifier): () => Promise<void> {
  const timer = setInterval(wake, 900 + Math.random() * 200)
  const unlisten = notifier.onRing(wake)
  return () => {
    clearInterval(timer)
    unlisten()
    return close()
  }
}
