// Whose fault an error is, by the numbers that Twilio gave them and SignalWire kept: twilio.com/docs/api/errors

/** No carrier could do better: there is no such number, it takes no such call or message, or its owner said STOP. */
const NUMBERS_FAULT = new Set([
  '21211', // no valid "To"
  '21214', // "To" cannot be reached
  '21216', // "To" is blocked
  '21217', // "To" is no telephone number
  '21610', // the person opted out: not to be asked again through another door
  '21614', // not a mobile number
  '30003', // switched off, or not in service
  '30004', // blocked by its owner or its network
  '30005', // unknown to its network
  '30006', // a landline
])

/** All other faults are the account's or the carrier's, a country or a recipient it was not opened for among them. */
export function isNumbersFault(code: string): boolean {
  return NUMBERS_FAULT.has(code)
}
