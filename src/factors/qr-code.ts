// A QR code as an SVG: one path, black on white in both themes since a camera needs the contrast.

import qrcode from 'qrcode-generator'

/** Empty modules around the code (ISO/IEC 18004 asks for four). */
const QUIET_ZONE = 4

export function qrSvg(text: string): string {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const size = count + 2 * QUIET_ZONE
  const modules: string[] = []
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (code.isDark(row, column)) modules.push(`M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`)
    }
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" ` +
    `aria-label="QR code for an authenticator app"><path fill="#fff" d="M0 0h${size}v${size}H0z"/>` +
    `<path d="${modules.join('')}"/></svg>`
  )
}
