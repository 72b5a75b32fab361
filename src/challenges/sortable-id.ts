import { nanoid } from 'nanoid'

/**
 * 132 random bits behind the time. Ids that grow go to the end of an index: with random ones every insert would touch
 * another page of it, and among ten million rows almost each of these has to be read, and written to the log whole.
 */
export function sortableId(): string {
  return Date.now().toString(16) + nanoid(22)
}
