import type en from '../locales/en'

/** Every message of the page by its key; the English catalogue says which there are. */
export type MessageKey = keyof typeof en
export type Catalogue = Readonly<Record<MessageKey, string>>
