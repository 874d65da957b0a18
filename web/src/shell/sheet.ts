import { Store } from '../ui/store'

/** Whether the list of keyboard shortcuts is shown. */
export const sheetStore = new Store(false)
