// A strict XML writer, written by hand since the carriers' SDKs un-escape tags in text (Bandwidth), rewrite entities (Plivo)
// or drop the space between text and tags (Twilio).

export type Node = Element | string
export type Element = { name: string; attributes: Record<string, string | number | boolean>; children: Node[] }

export function element(name: string, attributes: Element['attributes'] = {}, children: Node[] = []): Element {
  return { name, attributes, children }
}

export function render(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${writeNode(root)}`
}

function writeNode(node: Node): string {
  if (typeof node === 'string') return escapeText(node)
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeText(String(value))}"`)
  const start = `<${node.name}${attributes.join('')}`
  return node.children.length === 0 ? `${start}/>` : `${start}>${node.children.map(writeNode).join('')}</${node.name}>`
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

/** Characters that XML 1.0 forbids even when escaped, lone surrogates among them: w3.org/TR/xml/#NT-Char */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

function escapeText(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"'\t\n\r]/g, (character) => ESCAPES[character]!)
}
