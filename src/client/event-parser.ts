// The event stream format of the HTML standard, section 9.2.6.

/** What outlives one connection of a stream. */
export type StreamPosition = { path: string; lastEventId: string; firstPause: number }
export type StreamEvent = { type: string; data: string }

/** Lines end in CR, LF or both, and a chunk may end anywhere. */
export class EventParser {
  readonly #position: StreamPosition
  readonly #decoder = new TextDecoder()
  #line = ''
  #afterReturn = false
  #type = ''
  #data: string[] = []
  #id: string

  constructor(position: StreamPosition) {
    this.#position = position
    this.#id = position.lastEventId
  }

  *push(chunk: Uint8Array): Generator<StreamEvent, void, void> {
    let text = this.#decoder.decode(chunk, { stream: true })
    if (text === '') return
    // A line that ended in CR was taken at once; an LF that follows belongs to it.
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1)
    this.#afterReturn = text.endsWith('\r')
    const lines = (this.#line + text).split(/\r\n|\r|\n/)
    this.#line = lines.pop() ?? ''
    for (const line of lines) {
      const event = this.#readLine(line)
      if (event) yield event
    }
  }

  #readLine(line: string): StreamEvent | null {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#type = value
    if (field === 'data') this.#data.push(value)
    if (field === 'id' && !value.includes('\0')) this.#id = value
    if (field === 'retry' && /^\d+$/.test(value)) this.#position.firstPause = Number(value)
    return null
  }

  #dispatch(): StreamEvent | null {
    // Only a whole event counts as seen: one that was cut off is asked for again.
    this.#position.lastEventId = this.#id
    const event = { type: this.#type || 'message', data: this.#data.join('\n') }
    const empty = this.#data.length === 0
    this.#type = ''
    this.#data = []
    return empty ? null : event
  }
}
