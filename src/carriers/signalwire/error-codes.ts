// SignalWire's error codes, some of them with another meaning than Twilio's:
// developer.signalwire.com/compatibility-api/rest/error-codes

import type { ErrorCodes } from '../twiml/error-codes.ts'

export const SIGNALWIRE_ERRORS: ErrorCodes = {
  number: new Map([
    ['21211', 'number_unknown'], // no "To", or one of an invalid format
    ['21217', 'number_unknown'], // "To" does not appear to be valid
    ['21606', 'landline'], // "To" is no mobile number
    ['21610', 'opted_out'], // blocked by the user
    ['21614', 'landline'], // "To" is no mobile number
    ['30003', 'handset_off'], // the handset is not reachable
    ['30004', 'blocked'], // blocked by the destination's carrier
    ['30005', 'number_unknown'], // the handset is unknown
    ['30006', null], // could not be routed to the handset: a landline here is not told from a missing route
  ]),
  carrier: new Map([['30007', 'filtered']]),
}
