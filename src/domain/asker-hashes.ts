/** Who asks, as keyed hashes under each secret. `owner`: of the account together with the number. */
export type AskerHashes = { [what in 'ip' | 'network' | 'session' | 'account' | 'owner']?: string[] }
