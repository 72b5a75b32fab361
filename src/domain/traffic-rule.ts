// What the guard judges traffic by (docs/guard.md), and what it does about it.

export const TRAFFIC_RULES = ['conversion', 'neighbours', 'unverified', 'spending', 'carriers'] as const
export type TrafficRule = (typeof TRAFFIC_RULES)[number]

export const RULE_MODES = ['enforce', 'record', 'off'] as const
/** `record`: it decides and stores what it would refuse, and refuses nothing. */
export type RuleMode = (typeof RULE_MODES)[number]
