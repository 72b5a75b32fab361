// What the bank does when Answerback's element tells of an outcome: it asks its own server to look for itself.

import '../../elements/answerback-challenge.ts'

const verify = document.getElementById('verify') as HTMLElement
const finish = document.getElementById('finish') as HTMLFormElement
const again = document.getElementById('again') as HTMLFormElement
const channel = again.querySelector<HTMLInputElement>('[name="channel"]')!
/** Set once the automatic submit has failed: then the visitor presses the button. */
const submitManually = !document.getElementById('notice')!.hidden

verify.addEventListener('answerback-outcome', (event) => {
  const { status } = event.detail
  if (status === 'approved' && !submitManually) finish.requestSubmit()
})

verify.addEventListener('answerback-retry', (event) => {
  channel.value = event.detail.channel
  again.requestSubmit()
})
