// The telephone companies that the exchange can be, by the names they go by on the page and in faults.

export const CARRIER_NAMES = ['Twilio', 'SignalWire', 'Bandwidth', 'Plivo'] as const
export type CarrierName = (typeof CARRIER_NAMES)[number]
