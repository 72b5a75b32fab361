// A service and its keys as the API takes and shows them: an app that a server serves.

/** By the names of the environment's variables, and in their language: `{ ALLOWED_COUNTRIES: 'US,GB' }`. */
export type ServiceSettings = Record<string, string>

export type Service = {
  id: string
  /** As it is spoken; `null`, of the first service: as `SERVICE_NAME` says. */
  name: string | null
  /** Where they differ from the environment's. */
  settings: ServiceSettings
  created_at: string
}

/** `read`: what changes nothing. `create`: all else of the API. */
export type KeyScope = 'create' | 'read'

export type ApiKey = {
  id: string
  name: string
  scopes: (KeyScope | 'admin')[]
  created_at: string
  /** To the hour. */
  last_used_at: string | null
  /** Seconds, once it was rotated. */
  expires_in: number | null
}

/** The only answer that holds the key itself. */
export type CreatedApiKey = ApiKey & { key: string }
