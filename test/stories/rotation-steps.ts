// The three steps by which SECRET is rotated (docs/operations.md), between two instances of which one is a moment behind.

export function rotationSteps(from: string, to: string): (readonly [string[], string[]])[] {
  const before = [from]
  const both = [from, to]
  const turned = [to, from]
  const after = [to]
  return [
    [before, before],
    [both, before],
    [both, both],
    [turned, both],
    [turned, turned],
    [after, turned],
    [after, after],
  ]
}
