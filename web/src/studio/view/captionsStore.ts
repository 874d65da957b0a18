import { Store } from '../../ui/store'

/** Which captions stand on the picture. */
export const CAPTIONS = ['off', 'original', 'dub'] as const
export type CaptionsChoice = (typeof CAPTIONS)[number]

const NAME = 'dubwright.captions'

export const captionsStore = new Store<CaptionsChoice>(CAPTIONS.find((choice) => choice === localStorage.getItem(NAME)) ?? 'off')
captionsStore.subscribe(() => {
  localStorage.setItem(NAME, captionsStore.get())
})
