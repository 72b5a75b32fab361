import { nanoid } from 'nanoid'

/** Milliseconds in base 36: eight digits until the year 2059. */
const TIME = 36

/**
 * 132 random bits behind the time. Ids that grow go to the end of an index: with random ones every insert would touch
 * another page of it, and among ten million rows almost each of these has to be read, and written to the log whole.
 */
export function sortableId(): string {
  return Date.now().toString(TIME) + nanoid(22)
}
