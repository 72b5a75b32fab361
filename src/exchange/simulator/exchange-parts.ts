// What every carrier of one exchange shares.

import type { AppClient } from './app-client.ts'
import type { HttpLog } from './http-log.ts'
import type { SimulatorState } from './simulator-state.ts'

export type ExchangeParts = { simulator: SimulatorState; httpLog: HttpLog; appClient: AppClient }
