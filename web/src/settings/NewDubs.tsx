import { useQuery } from '@tanstack/react-query'
import { languagesQuery } from '../api/queries'
import { useMessages } from '../i18n/messages'
import { newDubsStore } from '../preferences/newDubs'
import { LanguagesPicker } from '../ui/language-picker'
import { useStore } from '../ui/store'
import { OnOff } from './OnOff'

/** How new dubs begin in this browser. */
export function NewDubs() {
  const { t } = useMessages()
  const wanted = useStore(newDubsStore)
  const { data: languages } = useQuery(languagesQuery)
  const possible = new Set(languages?.translated.map(({ target }) => target))
  const offered = languages?.spoken.filter((language) => possible.has(language)) ?? []
  return (
    <>
      <LanguagesPicker
        label={t('settings.dubInto')}
        description={t('settings.dubIntoHint')}
        languages={[...new Set([...offered, ...(wanted.targets ?? [])])]}
        value={wanted.targets ?? []}
        onChange={(targets) => {
          newDubsStore.set({ ...wanted, targets: targets.length === 0 ? null : targets })
        }}
      />
      <OnOff
        isOn={wanted.keepBackground}
        onChange={(keepBackground) => {
          newDubsStore.set({ ...wanted, keepBackground })
        }}
        description={t('settings.keepBackgroundHint')}
      >
        {t('settings.keepBackground')}
      </OnOff>
    </>
  )
}
