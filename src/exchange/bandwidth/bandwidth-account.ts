// An account at Bandwidth: the REST API's credentials, the applications and their callbacks.

export type BandwidthAccount = {
  accountId: string
  username: string
  password: string
  voiceApplicationId: string
  messagingApplicationId: string
  /** Where all receipts of the messaging application go. None are sent when absent. */
  messagingCallbackUrl?: string
  callbackUsername?: string
  callbackPassword?: string
  /** Give credentials with the first request, not only after a 401. */
  credentialsAtOnce?: boolean
  /** The allowed `from` numbers; all when absent. */
  numbers?: string[]
}
