import { lazy, Suspense } from 'react'
import { Notifications } from '../notifications/Notifications'
import { useStore } from '../ui/store'
import { sheetStore } from './sheet'

const KeyboardSheet = lazy(() => import('./KeyboardSheet'))

/** What every page has beside its own: the list of shortcuts, and news for whoever looks elsewhere. */
export default function Everywhere() {
  const isSheetOpen = useStore(sheetStore)
  return (
    <>
      <Notifications />
      <Suspense>{isSheetOpen && <KeyboardSheet />}</Suspense>
    </>
  )
}
