// An account at Bandwidth: what its REST API is asked with, and where its webhooks go.

export type BandwidthAccount = {
  accountId: string
  username: string
  password: string
  voiceApplicationId: string
  messagingApplicationId: string
  /** Where the messaging application's receipts go, all of them. None are sent when absent. */
  messagingCallbackUrl?: string
  callbackUsername?: string
  callbackPassword?: string
  /** Give credentials with the first request, not only after a 401. */
  credentialsAtOnce?: boolean
  /** Those that calls and messages may come from; any, when absent. */
  numbers?: string[]
}
