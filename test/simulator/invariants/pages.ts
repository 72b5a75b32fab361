// A challenge that requires a page is called and texted only while one is connected.

import { PAGE_LEASE_SECONDS } from '../../../src/store/page-leases.ts'
import { DEADLINES } from '../../../src/time/deadlines.ts'
import type { Wait } from '../recorder.ts'
import type { World } from '../world.ts'
import { type Check, extendedDeadline, type History, isUndisturbed } from './facts.ts'

/** From the moment a page has left: its lease, the round that finds it over, and a few statements. */
const NOTICED_MS = PAGE_LEASE_SECONDS * 1000 + 2 * DEADLINES.reconcilerRound + 1_500
const HUNG_UP_MS = 3_000

export const onlyWithPage: Check = function* (world, { histories }) {
  for (const history of histories) {
    if (!history.last.request.requireWaiter) continue
    const pages = world.recorder.waits.filter(({ challenge, byPage }) => challenge === history.id && byPage)
    yield* begunWithoutPage(world, history, pages)
    yield* rangWithoutPage(world, history, pages)
  }
}

function* begunWithoutPage(world: World, { id, deliveryRequests }: History, pages: Wait[]): Generator<string> {
  for (const { delivery, sentAt } of deliveryRequests) {
    const left = lastLeft(pages, sentAt)
    if (left === null) yield `${delivery} of ${id} was begun before any page was connected`
    else if (sentAt > extendedDeadline(world, left, left + NOTICED_MS, 20_000))
      yield `${delivery} of ${id} was begun ${sentAt - left} ms after its last page had left`
  }
}

/** The phone rings on, nobody has picked it up, and no page comes back. */
function* rangWithoutPage(world: World, { id, deliveryRequests }: History, pages: Wait[]): Generator<string> {
  for (const { delivery, call, ref, acceptedAt } of deliveryRequests) {
    if (!call || acceptedAt === null || world.recorder.lostHangUps.has(ref ?? '')) continue
    const end = Math.min(call.endedAt?.getTime() ?? Number.POSITIVE_INFINITY, call.answeredAt?.getTime() ?? Infinity)
    const left = lastLeft(pages, end)
    if (left === null || left >= end) continue
    const from = Math.max(left, acceptedAt)
    const deadline = from + NOTICED_MS + HUNG_UP_MS
    if (end > deadline && isUndisturbed(world, from - 10_000, deadline))
      yield `${delivery} of ${id} rang on for ${end - left} ms after its last page had left`
  }
}

/** Until when a page was connected, of those that had come by then; `null`: none had. */
function lastLeft(pages: Wait[], at: number): number | null {
  const come = pages.filter(({ from }) => from <= at)
  return come.length === 0 ? null : Math.max(...come.map(({ until }) => (until === 0 ? at : Math.min(until, at))))
}
