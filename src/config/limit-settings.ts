// The settings of how often is called.

import { optional, withDefault } from './setting.ts'
import { onOff, rates } from './value-schemas.ts'

export const LIMIT_SETTINGS = {
  LIMIT_PER_NUMBER: withDefault(
    '3/10m,5/h,10/d',
    rates,
    'Deliveries to one number, a fallback too: 3/10m,5/h,10/d unless set; off for no limit. One that rang nobody is given back.',
  ),
  LIMIT_UNANSWERED: optional(
    onOff,
    'on: after the third call in a row to a number that nobody answered, or that was refused, the next one waits a minute, and twice as long each time, up to 32. Unset: on, and off where LIMIT_PER_NUMBER is set to something else than its default.',
    { example: 'off' },
  ),
  LIMIT_PER_PREFIX: withDefault(
    '10/h',
    rates,
    'Deliveries to numbers that differ only in their last four digits: 10/h unless set; off for no limit. With the exchange, whose calls cost nothing, none is counted.',
  ),
  LIMIT_PER_IP: withDefault(
    '10/10m,30/h',
    rates,
    'Deliveries started by one client_ip: 10/10m,30/h unless set; off for no limit.',
  ),
  LIMIT_PER_NETWORK: optional(
    rates,
    'Deliveries started from the network of a client_ip, a /24 or of IPv6 a /48; off for no limit. Unset: 100/h, and off where LIMIT_PER_IP is.',
    { example: '100/h' },
  ),
  LIMIT_PER_SESSION: withDefault(
    '5/h',
    rates,
    'Deliveries started for one session that the app names: 5/h unless set; off for no limit.',
  ),
  LIMIT_PER_ACCOUNT: withDefault(
    '5/h,10/d',
    rates,
    'Deliveries started for one account that the app names: 5/h,10/d unless set; off for no limit.',
  ),
  LIMIT_PER_SERVICE: withDefault(
    'off',
    rates,
    'Deliveries started by one service, such as 600/h: off unless set. Its creations then wait for each other for a moment.',
  ),
}
