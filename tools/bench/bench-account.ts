// What the server under test is configured with, and the load signs and authenticates with.

export const PUBLIC_URL = 'https://verify.example.com'
export const ACCOUNT_SID = 'AC0123456789abcdef0123456789abcdef'
export const AUTH_TOKEN = 'fedcba9876543210fedcba9876543210'
export const FROM = '+12025550100'
export const API_KEY = 'bench-key-0123456789-abcdefghij'
export const SECRET = 'bench-secret-0123456789-abcdefghijklmnop'
