// People at the far end of the line.

import type { Ending } from '../../src/exchange/call.ts'
import type { Phone } from '../../src/exchange/phone.ts'

/** Presses the keys whenever somebody listens for one, until the call is over. */
export async function insists(phone: Phone, keys: string): Promise<Ending> {
  let ending: Ending | null = null
  const over = phone.ends().then((how) => {
    ending = how
  })
  while (ending === null) await Promise.race([phone.keys(keys).catch(() => {}), over])
  return ending
}
