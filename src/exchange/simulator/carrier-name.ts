// The carriers that the exchange can play, named as the page and the control API show them.

export const CARRIER_NAMES = ['Twilio', 'SignalWire', 'Bandwidth', 'Plivo'] as const
export type CarrierName = (typeof CARRIER_NAMES)[number]
