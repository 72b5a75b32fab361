// Twilio's error codes: each has its page, twilio.com/docs/api/errors/30006

import type { ErrorCodes } from '../twiml/error-codes.ts'

export const TWILIO_ERRORS: ErrorCodes = {
  number: new Map([
    ['21211', 'number_unknown'], // no valid "To"
    ['21214', null], // "To" cannot be reached
    ['21216', null], // a call to "To" is blocked by Twilio
    ['21217', 'number_unknown'], // "To" is no telephone number
    ['21610', 'opted_out'], // not to be asked again through another carrier
    ['21614', 'landline'], // "To" is no mobile number
    ['21635', 'landline'], // "To" is a landline of a country where none takes texts
    ['30003', 'handset_off'], // the handset is off, without service or otherwise out of reach for now
    ['30004', 'blocked'], // blocked at its destination
    ['30005', 'number_unknown'], // unknown, or no longer in service
    ['30006', 'landline'],
  ]),
  carrier: new Map([['30007', 'filtered']]),
}
