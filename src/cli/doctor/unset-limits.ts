// Limits and rules that are off, or refuse nothing, only since another setting is not the default: no log line tells of that.

import type { Config } from '../../config/read-config.ts'
import { environmentSettings } from '../../config/service-settings.ts'
import { type Finding, good, odd } from './finding.ts'

export function limits(config: Config): Finding[] {
  const { waitsUnanswered } = environmentSettings(config)
  const { LIMIT_UNANSWERED, LIMIT_PER_IP, LIMIT_PER_NETWORK, LIMIT_PER_PREFIX } = config
  const unset = (['GUARD_CONVERSION', 'GUARD_NEIGHBOURS', 'GUARD_UNVERIFIED', 'GUARD_SPENDING'] as const).filter(
    (name) => config[name] === undefined,
  )
  const sentences = [
    ...(LIMIT_UNANSWERED === undefined && !waitsUnanswered
      ? ['LIMIT_PER_NUMBER is set by hand, so calls do not wait after unanswered ones: LIMIT_UNANSWERED=on lets them.']
      : []),
    ...(LIMIT_PER_NETWORK === undefined && LIMIT_PER_IP.length === 0
      ? ['LIMIT_PER_IP is off, and so is the limit of a network: LIMIT_PER_NETWORK sets one.']
      : []),
    ...(config.production && LIMIT_PER_PREFIX.length === 0 && unset.length > 0
      ? [
          `LIMIT_PER_PREFIX is off, so the rules against fraud refuse nothing and only tell: ${unset.join('=enforce, ')}=enforce.`,
        ]
      : []),
  ]
  if (sentences.length === 0) return [good('limits', 'Each that is off was switched off by its own setting.')]
  return sentences.map((sentence) => odd('limits', sentence))
}
