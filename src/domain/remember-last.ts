/** A function of a text whose last result is remembered: one request asks for the same several times in a row. */
export function rememberLast<T>(compute: (text: string) => T): (text: string) => T {
  let last: { text: string; result: T } | null = null
  return (text) => {
    if (last?.text !== text) last = { text, result: compute(text) }
    return last.result
  }
}
