/** Made when a page first needs it: it takes as long as a tenth of the start. */
let names: Intl.DisplayNames | undefined

/** `001` stands for the codes that no country owns. */
export function countryName(region: string): string {
  if (region === '001') return 'No country'
  names ??= new Intl.DisplayNames('en', { type: 'region' })
  return names.of(region) ?? region
}
