// Whether this machine's clock and the database's agree. The database's decides what has expired and signs outgoing
// webhooks, whose receivers refuse a timestamp that is five minutes off.

import { MAX_DIFFERENCE_SECONDS } from '../../store/database-clock.ts'
import { type Finding, good, odd } from './finding.ts'

export function clock(databaseAhead: number): Finding {
  const difference = Math.round(Math.abs(databaseAhead))
  if (difference <= MAX_DIFFERENCE_SECONDS) return good('clock', "This machine's clock and the database's agree.")
  return odd(
    'clock',
    `The database's clock is ${difference} s ${databaseAhead > 0 ? 'ahead of' : 'behind'} this machine's. The database's decides and signs; set both by NTP.`,
  )
}
