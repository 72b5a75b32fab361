// Under which keys a delivery is counted in the traffic.

import type { Delivery } from '../domain/challenge.ts'
import type { ChallengeRequest } from '../store/types.ts'

/** Of a delivery: to whom, for whom; and of what a text is made. */
export type Target = Pick<
  ChallengeRequest,
  | 'to'
  | 'serviceId'
  | 'region'
  | 'numberHash'
  | 'maskedNumber'
  | 'askerHashes'
  | 'message'
  | 'scope'
  | 'locale'
  | 'codeLength'
>
/** And through whom. */
export type Way = Pick<Delivery, 'carrier' | 'channel'>

/** One that has begun, when, and at what price. */
export type Begun = Pick<Delivery, 'id' | 'carrier' | 'channel' | 'price' | 'createdAt'>

export const regionKey = ({ region }: Pick<Target, 'region'>) => `region:${region}`
export const serviceKey = ({ serviceId }: Pick<Target, 'serviceId'>) => `service:${serviceId}`
export const carrierKeys = ({ region }: Pick<Target, 'region'>, { carrier }: Pick<Way, 'carrier'>) => [
  `carrier:${carrier}`,
  `carrier:${carrier}:${region}`,
]
