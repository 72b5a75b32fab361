// An account at Plivo.

/** `numbers`: those that calls and messages may come from, as E.164; any, when absent. */
export type PlivoAccount = { authId: string; authToken: string; numbers?: string[] }
