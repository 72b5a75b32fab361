// The accounts at the carriers of the exchange.

export const CARRIER_ACCOUNTS = {
  twilio: { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'a-token-of-the-account' },
  signalwire: {
    projectId: '00000000-0000-4000-8000-000000000001',
    apiToken: 'PT-a-token-of-the-project',
    signingKey: 'PSK-a-key-for-signatures',
  },
}
