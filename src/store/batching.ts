// Sends what several requests ask for as one statement, so that they share its round trip, the start of its plan and its
// commit. What is asked in one turn of the event loop leaves at the end of it; while enough statements are under way, what is
// asked meanwhile leaves together once one of them is answered.

import { forRequests, outsideRequest, type RequestContext, requestContext } from '../log/request-context.ts'
import { type Clock, realClock } from '../time/clock.ts'

export type Batching<Item, Result> = {
  /** The statement for one. What it gives or throws is what is answered. */
  alone(item: Item): Promise<Result>
  /** The statement for two or more: a result for each, in their order. `undefined`: this one is to be asked alone. */
  together(items: readonly Item[]): Promise<readonly (Result | undefined)[]>
  /** Whether an error of `together` may be for one item's sake, with nothing done: then each is asked alone. */
  mayBeOfOne(error: unknown): boolean
  /** Two with a key in common never leave together. */
  keysOf?(item: Item): readonly string[]
}

type Waiting<Item, Result> = {
  item: Item
  context: RequestContext | undefined
  resolve(result: Result | Promise<Result>): void
  reject(error: unknown): void
}

/** So many statements of a kind are under way before what is asked waits for one of them. */
const AT_ONCE = 2
const MOST = 64
/** Milliseconds. Nothing waits longer for statements that are slow, or were sent over a connection that is dead. */
const PATIENCE = 20

export function batched<Item, Result>(
  { alone, together, mayBeOfOne, keysOf }: Batching<Item, Result>,
  clock: Clock = realClock,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let underWay = 0
  let turnEnds = false
  let cancelPatience: (() => void) | null = null

  function send(): void {
    turnEnds = false
    while (waiting.length > 0 && underWay < AT_ONCE) void ask(takeNext())
    if (waiting.length === 0) {
      cancelPatience?.()
      cancelPatience = null
    } else cancelPatience ??= clock.after(PATIENCE, sendAll)
  }

  function sendAll(): void {
    cancelPatience = null
    while (waiting.length > 0) void ask(takeNext())
  }

  function takeNext(): Waiting<Item, Result>[] {
    const keys = new Set<string>()
    const [next, left]: [Waiting<Item, Result>[], Waiting<Item, Result>[]] = [[], []]
    for (const one of waiting) {
      const own = keysOf?.(one.item) ?? []
      const isNext = next.length < MOST && !own.some((key) => keys.has(key))
      if (isNext) for (const key of own) keys.add(key)
      ;(isNext ? next : left).push(one)
    }
    waiting = left
    return next
  }

  async function ask(all: Waiting<Item, Result>[]): Promise<void> {
    underWay++
    const [first] = all
    await (all.length === 1 ? askAlone(first!) : askTogether(all))
    underWay--
    send()
  }

  async function askTogether(all: Waiting<Item, Result>[]): Promise<void> {
    const contexts = all.map(({ context }) => context)
    try {
      const results = await forRequests(contexts, () => together(all.map(({ item }) => item)))
      for (const [index, one] of all.entries()) {
        const result = results[index]
        if (result === undefined) void askAlone(one)
        else one.resolve(result)
      }
    } catch (error) {
      for (const one of all)
        if (mayBeOfOne(error)) void askAlone(one)
        else one.reject(error)
    }
  }

  /** In the context of its own request. */
  function askAlone({ item, context, resolve, reject }: Waiting<Item, Result>): Promise<void> {
    return requestContext.run(context, () => alone(item)).then(resolve, reject)
  }

  return (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    waiting.push({ item, context: requestContext.getStore(), resolve, reject })
    if (!turnEnds) {
      turnEnds = true
      outsideRequest(() => setImmediate(send))
    }
    return promise
  }
}
