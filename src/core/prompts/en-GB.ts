import { enUS } from './en-US.ts'
import type { Prompts } from './prompts.ts'

/** The same words: what differs in Britain is the voice. */
export const enGB: Prompts = enUS
