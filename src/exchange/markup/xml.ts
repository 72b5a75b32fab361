// Parses XML into a tree and prints it indented.

import { SaxesParser } from 'saxes'

export type Element = { name: string; attributes: Record<string, string>; children: (Element | string)[] }

/** Throws on anything that is not one well-formed element. A document type or an instruction is refused. */
export function parseXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: false })
  const open: Element[] = [{ name: '', attributes: {}, children: [] }]
  const add = (child: Element | string) => open.at(-1)?.children.push(child)

  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => parser.fail('a document type is not allowed'))
  parser.on('processinginstruction', () => parser.fail('a processing instruction is not allowed'))
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [] }
    add(element)
    open.push(element)
  })
  parser.on('closetag', () => open.pop())
  parser.on('text', add)
  parser.on('cdata', add)
  parser.write(text).close()

  const root = open[0]?.children.find((child) => typeof child !== 'string')
  if (!root) throw new Error('the document is empty')
  return root
}

/** Indented, one element a line; an element with text in it stays on its own line. */
export function prettyXml(element: Element, indent = ''): string {
  const tag = [element.name, ...Object.entries(element.attributes).map(([name, value]) => `${name}="${quoted(value)}"`)]
  const children = element.children.filter((child) => typeof child !== 'string' || child.trim())
  if (children.length === 0) return `${indent}<${tag.join(' ')}/>`
  if (children.some((child) => typeof child === 'string')) {
    const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : prettyXml(child))).join('')
    return `${indent}<${tag.join(' ')}>${inner}</${element.name}>`
  }
  const inner = children.map((child) => (typeof child === 'string' ? '' : prettyXml(child, `${indent}  `)))
  return [`${indent}<${tag.join(' ')}>`, ...inner, `${indent}</${element.name}>`].join('\n')
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const quoted = (text: string) => escaped(text).replace(/"/g, '&quot;')
