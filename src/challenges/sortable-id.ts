import { nanoid } from 'nanoid'

/** Milliseconds in base 36, eight digits until the year 2059. */
const TIME = 36
const RANDOM = 14

/**
 * 84 random bits behind the time, which are not guessed, and need not be secret: what opens a challenge is derived. Ids that grow go to the end of an index: with random ones every insert would touch
 * another page of it, and among ten million rows almost each of these has to be read, and written to the log whole.
 */
export function sortableId(): string {
  return Date.now().toString(TIME) + nanoid(RANDOM)
}
