// An account at Plivo.

/** `numbers`: the allowed `from` numbers, as E.164; all when absent. */
export type PlivoAccount = { authId: string; authToken: string; numbers?: string[] }
