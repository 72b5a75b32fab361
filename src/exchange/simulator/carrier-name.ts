// The telephone companies that the exchange can be, by the names they go by on the page and in faults.

export const COMPANIES = ['Twilio', 'SignalWire', 'Bandwidth', 'Plivo'] as const
export type Company = (typeof COMPANIES)[number]
