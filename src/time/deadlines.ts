// How long the server waits for each thing before it gives it up, and the sums that its promises allow.
// test/architecture/deadlines.test.ts holds the sums and the order of those that must outlast each other.

/** Milliseconds. */
export const DEADLINES = {
  /** A carrier that was asked for a call, a message, a hang-up or a look-up. */
  carrierAnswer: 3_000,
  /** From one look for what is due to the next. */
  reconcilerRound: 1_100,
  /**
   * All statements of a request, however many and however slow, from its arrival to the challenge's saved state. An app
   * whose request is not saved by then is told that the database does not answer, and no carrier is asked for it.
   */
  saved: 3_000,
  /** The effects of what was saved, from the request's arrival. A carrier that needs longer is heard of by events. */
  effects: 3_400,
  /** A checked code waits so long for its call to be hung up, and not past `effects`. */
  hangUpAfterCheck: 1_000,
  /** After `effects`: the challenge is read once more for the answer. */
  lastRead: 200,
  /** After that: the answer is kept under its Idempotency-Key. */
  keepAnswer: 200,
  /** After that: the answer is written. */
  written: 200,
  /** The document for a caller. SignalWire waits 5 s (signalwire.com/docs/guides/webhooks), the least of the four; silence is felt after two. */
  document: 1_500,
  /** A statement, counted from when it was asked, a wait for a connection and repeats on a new one included. */
  statement: 2_000,
  /** The database server's own timeouts, so that it has stopped a statement before the caller gives it up. */
  statementOnServer: 1_800,
  lockOnServer: 500,
  /** A connection without an answer for so long is replaced: TCP would report it dead after a quarter of an hour. */
  silentConnection: 1_950,
  /** A new connection to the database. */
  connect: 2_000,
  /** A closing connection to the database. */
  disconnect: 1_000,
  /** A request with an Idempotency-Key: after it another one with the same key may take the creation over. */
  idempotencyClaim: 15_000,
  /** An event stream without a change sends a comment after so long, before proxies take the connection for dead. */
  streamKeepAlive: 15_000,
  /** The app's answer to a pushed message. */
  pushAnswer: 15_000,
  /** A claimed message: after it another instance may send it. Less than the minute after which it is listed as failed. */
  pushLease: 30_000,
  /** A sweep deletes so long in one go: as much as a thousand challenges a second leave in a minute. */
  sweepRound: 5_000,
  /** A stop, from SIGTERM on. `docker stop` kills after ten seconds. */
  stop: 9_500,
  /** In a stop: until a load balancer that asks every two seconds has seen that nothing more is to be sent here. */
  notReady: 3_000,
  /** In a stop: open connections. No answer takes longer. */
  openConnections: 4_500,
  /** In a stop: pushes that are under way. */
  openPushes: 1_000,
  /** In a stop, beside the pushes: looks for what was saved of requests that were told that it was not. */
  lastLooks: 1_000,
  /** In a stop, while the database is left: the last traces. */
  lastSpans: 1_000,
  /** A request of `npm run doctor`. */
  doctorRequest: 5_000,
} as const

const { saved, effects, lastRead, keepAnswer, written } = DEADLINES

/** What is promised to the outside. DESIGN.md, sections 3.1 and 5. */
export const PROMISES = {
  /** "leaves within 4 s": a creation, a redelivery, a cancel and a check that were saved. */
  saved: { within: 4_000, sum: Math.max(saved, effects) + lastRead + keepAnswer + written },
  /** The same, of one that was not. */
  unsaved: { within: 4_000, sum: saved + written },
  /** Promise 11: "Every answer to a carrier leaves within 2 s, a database stall included" */
  carrierAnswer: { within: 2_000, sum: DEADLINES.document },
  /** Every open answer is given before the process is killed, and the database is closed. */
  stop: {
    within: DEADLINES.stop,
    sum:
      DEADLINES.notReady +
      DEADLINES.openConnections +
      Math.max(DEADLINES.openPushes, DEADLINES.lastLooks) +
      Math.max(DEADLINES.disconnect, DEADLINES.lastSpans),
  },
  /** A message that is being sent is not sent by a second instance: its answer, and the claim and result in the database. */
  push: { within: DEADLINES.pushLease, sum: DEADLINES.pushAnswer + 2 * DEADLINES.statement },
} as const
