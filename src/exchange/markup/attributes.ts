// Reads the attributes of an element one by one, and refuses unknown ones.

import type { Element } from './xml.ts'

export class Invalid extends Error {}

export class Attributes {
  #element: Element
  #left: Set<string>

  constructor(element: Element) {
    this.#element = element
    this.#left = new Set(Object.keys(element.attributes))
  }

  text(name: string): string | null {
    this.#left.delete(name)
    return this.#element.attributes[name] ?? null
  }

  matching(name: string, pattern: RegExp): string | null {
    const value = this.text(name)
    if (value !== null && !pattern.test(value)) this.#refuse(name, value)
    return value
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | null {
    const value = this.text(name)
    if (value === null) return null
    return values.find((allowed) => allowed === value) ?? this.#refuse(name, value)
  }

  number(name: string, least: number, most: number): number | null {
    const value = this.matching(name, /^\d+$/)
    if (value === null) return null
    return Number(value) >= least && Number(value) <= most ? Number(value) : this.#refuse(name, value)
  }

  flag(name: string): boolean | null {
    const value = this.oneOf(name, ['true', 'false'])
    return value === null ? null : value === 'true'
  }

  rejectUnknown() {
    for (const name of this.#left) throw new Invalid(`<${this.#element.name}> has no attribute "${name}"`)
  }

  #refuse(name: string, value: string): never {
    throw new Invalid(`<${this.#element.name}> cannot have ${name}="${value}"`)
  }
}

/** The elements inside one that may hold no text of its own. */
export function elements(parent: Element): Element[] {
  return parent.children.flatMap((child) => {
    if (typeof child !== 'string') return [child]
    if (child.trim()) throw new Invalid(`<${parent.name}> cannot hold the text "${child.trim().slice(0, 40)}"`)
    return []
  })
}

/** The text of an element that may hold nothing else. */
export function textOf(element: Element): string {
  return element.children
    .map((child) => {
      if (typeof child === 'string') return child
      throw new Invalid(`<${element.name}> cannot hold <${child.name}>`)
    })
    .join('')
    .trim()
}
