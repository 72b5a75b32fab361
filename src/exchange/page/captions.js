// What was said and keyed, as lines to read.

/** The digit of a code that is spelled out: such an entry holds nothing else. */
export function spelledDigit({ kind, text }) {
  return kind === 'said' ? (/^(\d)[,.]?$/.exec(text)?.[1] ?? null) : null
}

/** Keys pressed in a row are read as one, and so are the digits of a code. */
export function grouped(transcript) {
  const groups = []
  for (const entry of transcript) {
    const last = groups.at(-1)
    const digit = spelledDigit(entry)
    if (entry.kind === 'key' && last?.kind === 'key') last.text += entry.text
    else if (digit && last?.isCode) last.text += ` ${digit}`
    else groups.push({ ...entry, text: digit ?? entry.text, isCode: digit !== null })
  }
  return groups
}
