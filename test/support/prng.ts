// All the chance in a run comes from its seed.

export type Prng = {
  /** In [0, 1). */
  next(): number
  chance(probability: number): boolean
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  pick<T>(from: readonly T[]): T
}

/** sfc32 (pracrand.sourceforge.net), fed from the seed by a Weyl sequence. */
export function createPrng(seed: number): Prng {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1]
  const roll = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 0x1_0000_0000
  }
  for (let round = 0; round < 12; round++) roll()
  const between = (least: number, most: number) => least + Math.floor(roll() * (most - least + 1))
  return {
    next: roll,
    chance: (probability) => roll() < probability,
    between,
    pick: (from) => from[between(0, from.length - 1)]!,
  }
}
