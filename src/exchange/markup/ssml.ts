// Parses SSML inside a spoken sentence into text runs by language, with pauses.

import type { TextRun } from '../simulator/steps.ts'
import { Attributes, Invalid } from './attributes.ts'
import type { Element } from './xml.ts'

const SAY_AS = [
  'characters',
  'spell-out',
  'cardinal',
  'number',
  'ordinal',
  'digits',
  'fraction',
  'unit',
  'date',
  'time',
  'address',
  'expletive',
  'telephone',
] as const
const STRENGTHS = ['none', 'x-weak', 'weak', 'medium', 'strong', 'x-strong'] as const
const STRENGTH_MS = { none: 0, 'x-weak': 100, weak: 200, medium: 400, strong: 700, 'x-strong': 1200 }
const PAUSE_AFTER = { p: 600, s: 300 }
const TAG = /^[a-z]{2,3}(-[A-Za-z]+)*$/

/** The text runs of `element`, spoken in `language`. Unknown markup is refused. */
export function readSsml(element: Element, language: string): TextRun[] {
  const runs: TextRun[] = [{ language, text: '', pauses: [] }]
  listen(element, language, runs)
  return runs.filter((run) => run.text.trim() || run.pauses.length > 0)
}

export const hasMarkup = (element: Element) => element.children.some((child) => typeof child !== 'string')

function listen(parent: Element, language: string, runs: TextRun[]) {
  for (const child of parent.children) {
    if (typeof child === 'string') runIn(language, runs).text += child
    else markup(child, language, runs)
  }
}

function markup(element: Element, language: string, runs: TextRun[]) {
  const attributes = new Attributes(element)
  switch (element.name) {
    case 'break': {
      const strength = attributes.oneOf('strength', STRENGTHS) ?? 'medium'
      const time = attributes.matching('time', /^(\d+(\.\d+)?s|\d+ms)$/)
      attributes.rejectUnknown()
      if (element.children.length > 0) throw new Invalid('<break> holds nothing')
      const ms = time === null ? STRENGTH_MS[strength] : Number.parseFloat(time) * (time.endsWith('ms') ? 1 : 1000)
      // Ten seconds is the most that Polly's and Google's voices allow.
      if (ms > 10_000) throw new Invalid('<break> cannot be longer than 10 seconds')
      return pause(language, runs, ms)
    }
    case 'say-as': {
      const how = attributes.oneOf('interpret-as', SAY_AS)
      if (how === null) throw new Invalid('<say-as> needs interpret-as')
      attributes.matching('format', /^[a-z]+$/)
      attributes.rejectUnknown()
      return listen({ ...element, children: onlyText(element) }, language, runs)
    }
    case 'sub': {
      const alias = attributes.text('alias')
      if (!alias) throw new Invalid('<sub> needs an alias')
      attributes.rejectUnknown()
      onlyText(element)
      runIn(language, runs).text += alias
      return
    }
    case 'lang': {
      const tag = attributes.matching('xml:lang', TAG)
      if (tag === null) throw new Invalid('<lang> needs xml:lang')
      attributes.rejectUnknown()
      return listen(element, tag, runs)
    }
    case 'prosody':
      attributes.matching('rate', /^(x-slow|slow|medium|fast|x-fast|default|\d{2,3}%)$/)
      attributes.matching('volume', /^(silent|x-soft|soft|medium|loud|x-loud|default|[+-]\d+(\.\d+)?dB)$/)
      attributes.matching('pitch', /^(x-low|low|medium|high|x-high|default|[+-]\d+%)$/)
      attributes.rejectUnknown()
      return listen(element, language, runs)
    case 'emphasis':
      attributes.oneOf('level', ['strong', 'moderate', 'reduced'])
      attributes.rejectUnknown()
      return listen(element, language, runs)
    case 'p':
    case 's':
      attributes.rejectUnknown()
      listen(element, language, runs)
      return pause(language, runs, PAUSE_AFTER[element.name])
    default:
      throw new Invalid(`<${element.name}> cannot be spoken`)
  }
}

function pause(language: string, runs: TextRun[], ms: number) {
  const run = runIn(language, runs)
  run.pauses.push({ at: Math.max(0, run.text.length - 1), ms })
  run.text += ' '
}

function runIn(language: string, runs: TextRun[]): TextRun {
  const last = runs.at(-1)
  if (last && (last.language === language || (!last.text.trim() && last.pauses.length === 0))) {
    last.language = language
    return last
  }
  const run: TextRun = { language, text: '', pauses: [] }
  runs.push(run)
  return run
}

function onlyText(element: Element): string[] {
  return element.children.map((child) => {
    if (typeof child === 'string') return child
    throw new Invalid(`<${element.name}> cannot hold <${child.name}>`)
  })
}
