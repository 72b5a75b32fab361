// Whose password is compared next. Each comparison takes 32 MiB and a tenth of a second or more, so a few go on at once and
// a few more wait. An address has a share of both, so that who keeps its share busy keeps nobody at another address out.

export type SignInQueue = {
  /** `full`: turned away, since newer ones of the same address wait, or there is no place left. */
  run<T>(address: string, work: () => Promise<T>): Promise<T | 'full'>
}

const AT_ONCE = 4
const AT_ONCE_OF_ONE = 2
const WAITING = 64
const WAITING_OF_ONE = 4

type Waiting = { start: () => void; turnAway: () => void }
/** `waiting`: the longest waiting first. */
type Line = { running: number; waiting: Waiting[] }

export function signInQueue(): SignInQueue {
  /** Those that were served last stand last. */
  const lines = new Map<string, Line>()
  let running = 0
  let waiting = 0

  function startNext(): void {
    if (running >= AT_ONCE) return
    const [next] = [...lines]
      .filter(([, line]) => line.waiting.length > 0 && line.running < AT_ONCE_OF_ONE)
      .toSorted(([, one], [, other]) => one.running - other.running)
    if (!next) return
    const [address, line] = next
    lines.delete(address)
    lines.set(address, line)
    waiting--
    running++
    line.running++
    line.waiting.shift()!.start()
  }

  function forgetIdle(address: string, line: Line): void {
    if (line.running + line.waiting.length === 0) lines.delete(address)
  }

  function turnAwayOldest(address: string, line: Line): void {
    waiting--
    line.waiting.shift()!.turnAway()
    forgetIdle(address, line)
  }

  return {
    run(address, work) {
      return new Promise((resolve, reject) => {
        const line = lines.get(address) ?? { running: 0, waiting: [] }
        lines.set(address, line)
        const end = () => {
          running--
          line.running--
          forgetIdle(address, line)
          startNext()
        }
        line.waiting.push({
          start: () => void work().then(resolve, reject).finally(end),
          turnAway: () => resolve('full'),
        })
        waiting++
        startNext()
        if (line.waiting.length > WAITING_OF_ONE) turnAwayOldest(address, line)
        else if (waiting > WAITING) turnAwayOldest(...longest(lines))
      })
    },
  }
}

/** Of the addresses with the most waiting the one that has waited longest to be served. */
function longest(lines: ReadonlyMap<string, Line>): [string, Line] {
  return [...lines].reduce((most, one) => (one[1].waiting.length > most[1].waiting.length ? one : most))
}
