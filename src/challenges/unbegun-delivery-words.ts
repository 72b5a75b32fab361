// Why a delivery was not begun, in the words of a timeline.

/** What stands against a delivery. */
const RULES: Record<string, string> = {
  rate_limited: 'a limit was used up',
  number_blocked: 'the number may not be reached',
  quiet_hours: 'it was night where the number is',
  policy: 'the policy does not allow it any more',
}

const NO_FALLBACK: Record<string, string> = {
  ...RULES,
  no_carrier: 'no carrier can do it now',
  no_page: 'no page was open any more',
}

/** Of a carrier that was not asked. */
const UNASKED: Record<string, string> = {
  ...Object.fromEntries(Object.entries(RULES).map(([why, rule]) => [why, `was not asked, since ${rule}`])),
  'not configured': 'could not be asked: it is no longer set up',
  'no slot in the rate of the account': 'could not be asked in time: the account may start no more at once',
  'no longer wanted': 'was not asked any more, since nothing was wanted by then',
  database: 'was not asked, since the database did not answer',
  no_carrier: 'was not asked, since no carrier could be tried',
}

export function whyNoFallback(why: string): string | undefined {
  return NO_FALLBACK[why]
}

/** `null`: it was asked, or nothing is known of why not. */
export function whyUnasked(why: string, carrier: string): string | null {
  return Object.hasOwn(UNASKED, why) ? `${carrier} ${UNASKED[why]}` : null
}
