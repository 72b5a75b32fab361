// Who is asking, as far as an address tells.

/** One name for one client, however its address is spelt: an IPv6 network of /64 is one, since each has 2^64 addresses. */
export function ipPrefix(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address)
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (mapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups. The platform's URL parser spells every IPv6 address in one way: hexadecimal, `::` for the zeros. */
function groupsOf(address: string): number[] {
  const spelt = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
  const [head = '', tail] = spelt.split('::')
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  if (tail === undefined) return parse(head)
  const [first, last] = [parse(head), parse(tail)]
  return [...first, ...Array(8 - first.length - last.length).fill(0), ...last]
}
