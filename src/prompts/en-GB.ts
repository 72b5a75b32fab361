import type { Prompts } from '../domain/prompts.ts'
import { enUS } from './en-US.ts'

/** The same words: what differs in Britain is the voice. */
export const enGB: Prompts = enUS
