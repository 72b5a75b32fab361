// How long each thing may take before it is given up, and the sum that each promise allows. test/architecture holds the
// sums.

/** Milliseconds. */
export const DEADLINES = {
  /** A carrier that was asked for a call, a message, a hang-up or a look-up. */
  carrierAnswer: 3_000,
  /** A creation, a redelivery or a cancel waits so long for its effects. A carrier that needs longer is heard of by events. */
  effects: 3_600,
  /** A checked code waits so long for its call to be hung up. */
  hangUpAfterCheck: 1_000,
  /** After `effects`: the challenge is read once more for the answer. */
  lastRead: 200,
  /** After `effects`: the answer is kept under its Idempotency-Key. */
  keepAnswer: 200,
  /** The document for a caller. SignalWire waits 5 s (signalwire.com/docs/guides/webhooks), the least of the four; silence is felt after two. */
  document: 1_500,
  /** A statement, counted from when it was asked, whatever the connections do. */
  statement: 2_000,
} as const

/** What is promised to the outside. DESIGN.md, sections 3.1 and 5. */
export const PROMISES = {
  /** "leaves within 4 s" */
  creation: { within: 4_000, sum: DEADLINES.effects + DEADLINES.lastRead + DEADLINES.keepAnswer },
  /** Promise 11: "Every answer to a carrier leaves within 2 s, a database stall included" */
  carrierAnswer: { within: 2_000, sum: DEADLINES.document },
} as const
