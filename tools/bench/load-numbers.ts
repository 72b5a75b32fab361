// Numbers that a phone could have, each once: spread over blocks of ten thousand, as callers are.

const AREAS = [202, 206, 212, 213, 303, 305, 310, 312, 404, 415, 503, 512, 602, 617, 702, 713]
const EXCHANGES = Array.from({ length: 700 }, (_, index) => 221 + index).filter(
  (code) => code % 100 !== 11 && code !== 555,
)
const BLOCKS = AREAS.length * EXCHANGES.length

export function phoneNumber(index: number): string {
  const block = index % BLOCKS
  const area = AREAS[block % AREAS.length]
  const exchange = EXCHANGES[Math.floor(block / AREAS.length)]
  const line = 1000 + (Math.floor(index / BLOCKS) % 9000)
  return `+1${area}${exchange}${line}`
}
