// The exchange's control API, as the page uses it.

export async function post(path, body = {}) {
  const response = await fetch(`/exchange${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.error)
  return answer
}

export const forgive = () => fetch('/exchange/faults', { method: 'DELETE' })

export const lineApi = (number) => (verb, body) => post(`/lines/${encodeURIComponent(number)}/${verb}`, body)
