import type { ChangeNotifier } from '../store/change-notifier.ts'
import type { Dispatcher } from './dispatcher.ts'

/**
 * What happens here is sent at once; what is to be tried again, and what an instance left that died, within about a
 * second. Returns how to stop.
 */
export function startPoller({ wake: nudge, close }: Dispatcher, doorbell: ChangeNotifier): () => Promise<void> {
  const timer = setInterval(nudge, 900 + Math.random() * 200)
  const unlisten = doorbell.onRing(nudge)
  return () => {
    clearInterval(timer)
    unlisten()
    return close()
  }
}
