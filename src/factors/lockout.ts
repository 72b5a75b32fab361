// How many wrong codes in a row a factor takes before it is locked: for one minute at first, twice as long each time.

export const ATTEMPTS = 5
export const LONGEST_LOCK_MINUTES = 60

export function attemptsLeft(failures: number, locked: boolean): number {
  return locked ? 0 : ATTEMPTS - (failures % ATTEMPTS)
}
