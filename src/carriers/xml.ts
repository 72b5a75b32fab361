// A strict XML writer. The carriers' own builders un-escape tags in text, or rewrite entities; here text is only text.

export type Node = Element | string
export type Element = { name: string; attributes: Record<string, string | number | boolean>; children: Node[] }

export function element(name: string, attributes: Element['attributes'] = {}, children: Node[] = []): Element {
  return { name, attributes, children }
}

export function render(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${write(root)}`
}

function write(node: Node): string {
  if (typeof node === 'string') return escaped(node)
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
  const start = `<${node.name}${attributes.join('')}`
  return node.children.length === 0 ? `${start}/>` : `${start}>${node.children.map(write).join('')}</${node.name}>`
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser turns these into spaces in attributes, and CR into LF everywhere: w3.org/TR/xml/#AVNormalize
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** What no XML 1.0 document may hold, not even escaped: w3.org/TR/xml/#NT-Char. Lone surrogates among them. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

function escaped(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"'\t\n\r]/g, (character) => ESCAPES[character]!)
}
