import { Label, Radio, RadioGroup } from 'react-aria-components'
import { LOCALES, type Locale } from '../i18n/locales'
import { useMessages } from '../i18n/messages'
import { localeStore, themeStore, type Theme } from '../preferences/preferences'
import fields from '../ui/fields.module.css'
import { useStore } from '../ui/store'
import styles from './settings.module.css'

const THEMES = ['system', 'light', 'dark'] as const

/** Language and look of the page. */
export function Looks() {
  const { t } = useMessages()
  const theme = useStore(themeStore)
  const locale = useStore(localeStore)
  return (
    <>
      <RadioGroup
        className={styles.choice}
        value={locale}
        onChange={(code) => {
          localeStore.set(code as Locale)
        }}
      >
        <Label className={fields.label}>{t('common.language')}</Label>
        <div className={styles.options}>
          {Object.entries(LOCALES).map(([code, name]) => (
            <Radio key={code} value={code} className={styles.option}>
              <span lang={code}>{name}</span>
            </Radio>
          ))}
        </div>
      </RadioGroup>
      <RadioGroup
        className={styles.choice}
        value={theme}
        onChange={(name) => {
          themeStore.set(name as Theme)
        }}
      >
        <Label className={fields.label}>{t('common.theme')}</Label>
        <div className={styles.options}>
          {THEMES.map((name) => (
            <Radio key={name} value={name} className={styles.option}>
              {t(`common.theme.${name}`)}
            </Radio>
          ))}
        </div>
      </RadioGroup>
    </>
  )
}
