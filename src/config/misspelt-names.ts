// A variable that begins like one of ours and is none is a spelling mistake. Nothing else would report it, since the
// setting stays at its default.

import { CARRIERS } from '../domain/challenge.ts'

/** Words that only our settings begin with. Others (DATABASE_, PUBLIC_, LOG_) are used by hosts and libraries too. */
const OURS = [
  ...CARRIERS.map((name) => name.toUpperCase()),
  ...['WEBHOOK', 'EXCHANGE', 'LIMIT', 'ALLOWED_COUNTR', 'RESEND', 'DETECT_VOICE'],
]

/** Of a name that begins with no such word: so few letters changed that it can be nothing else. */
const FEW = 2
const SHORTEST = 6

/** Read elsewhere: by `npm run exchange`, and by Node. */
const KNOWN_ELSEWHERE = new Set(['EXCHANGE_TOKEN', 'EXCHANGE_RECEIPTS_URL'])

/** Each misspelt variable with the nearest setting. */
export function misspeltNames(names: string[], settings: string[]): { name: string; nearest: string }[] {
  const known = new Set([...settings, ...KNOWN_ELSEWHERE])
  return names.flatMap((name) => {
    if (known.has(name)) return []
    // A blank before the = of a list in YAML belongs to the name.
    const spelt = name.trim().toUpperCase()
    const [nearest, distance] = nearestOf(spelt, settings)
    const length = Math.max(spelt.length, nearest.length)
    const near = distance <= (length > SHORTEST + 2 ? FEW : 1) && length >= SHORTEST
    return distance === 0 || near || OURS.some((word) => spelt.startsWith(word)) ? [{ name, nearest }] : []
  })
}

/** Of `TWILIO_TOKEN` one that has both words in it, although fewer letters make another of it. */
function nearestOf(name: string, settings: string[]): [string, number] {
  const words = name.split('_')
  const withAllWords = settings.filter((setting) => words.every((word) => setting.split('_').includes(word)))
  return (withAllWords.length > 0 ? withAllWords : settings)
    .map((setting): [string, number] => [setting, editDistance(name, setting)])
    .reduce((best, next) => (next[1] < best[1] ? next : best))
}

/** Letters added, left out, changed, or swapped with the next one. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, changed, swapped))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
