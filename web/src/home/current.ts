import { newDubsStore } from '../preferences/newDubs'
import { Store } from '../ui/store'
import type { OpenSender } from '../uploads/upload'
import { NO_LINK, type LinkDraft } from './links'
import { NewDub } from './newDub'
import { NO_CHOICES, type Choices } from './wanted'

// What sends is not needed before there is something to send.
const openSender: OpenSender = async (file, news) => (await import('../uploads/openSender')).openSender(file, news)

/** The dub that is being prepared in this tab, and what was chosen for it; other pages do not end it. */
export const newDub = new NewDub(openSender)
export const choicesStore = new Store<Choices>({ ...NO_CHOICES, ...newDubsStore.get() })
export const linkStore = new Store<LinkDraft>(NO_LINK)

export function choose(part: Partial<Choices>): void {
  choicesStore.set({ ...choicesStore.get(), ...part })
}

export function draftLink(part: Partial<LinkDraft>): void {
  linkStore.set({ ...linkStore.get(), ...part })
}

/** Asks before the tab is closed while something would be lost by it. */
function guardLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => {
    event.preventDefault()
  }
  newDub.state.subscribe(() => {
    const { step, isQueued } = newDub.state.get()
    if (step === 'sending' || isQueued) addEventListener('beforeunload', ask)
    else removeEventListener('beforeunload', ask)
  })
}

guardLeaving()
newDubsStore.subscribe(() => {
  choose(newDubsStore.get())
})
