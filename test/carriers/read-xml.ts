// Reads a document with an independent parser, which fails on anything that isn't well-formed.

import { SaxesParser } from 'saxes'

export type Read = { name: string; attributes: Record<string, string>; children: (Read | string)[] }

export function read(document: string): Read {
  const root: Read = { name: '', attributes: {}, children: [] }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: Read = { name, attributes: { ...attributes } as Record<string, string>, children: [] }
    open.at(-1)!.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => open.pop())
  parser.on('text', (text) => open.at(-1)!.children.push(text))
  parser.write(document).close()
  return root.children.find((child) => typeof child !== 'string')!
}

/** Every element of the document, in its order. */
export function elements(node: Read): Read[] {
  return [node, ...node.children.flatMap((child) => (typeof child === 'string' ? [] : elements(child)))]
}

/** The spoken text with collapsed white space. A redirect's text is a URL and isn't spoken. */
export function heard(node: Read): string {
  const text = (from: Read): string =>
    from.name === 'Redirect'
      ? ''
      : from.children.map((child) => (typeof child === 'string' ? child : text(child))).join('')
  return text(node).replace(/\s+/g, ' ').trim()
}

/** Every URL in the document, in attributes and text. */
export function urlsIn(node: Read): string[] {
  const values = elements(node).flatMap(({ attributes, children }) => [...Object.values(attributes), ...children])
  return values.filter((value) => typeof value === 'string' && value.startsWith('https://')) as string[]
}
