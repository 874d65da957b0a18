import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { useStore } from '../ui/store'
import { choicesStore, choose } from './current'
import styles from './home.module.css'

const QUIETEST_DB = -24
const LOUDEST_DB = 6

/** How loud the background is under the dub, in decibels of what it was. */
export function BackgroundLevel() {
  const { t, locale } = useMessages()
  const { backgroundDb } = useStore(choicesStore)
  const shown = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' }).format(backgroundDb)
  return (
    <Slider
      className={styles.slider}
      minValue={QUIETEST_DB}
      maxValue={LOUDEST_DB}
      value={backgroundDb}
      onChange={(decibels) => {
        choose({ backgroundDb: decibels })
      }}
    >
      <Label>{t('home.background.level')}</Label>
      <SliderOutput>{backgroundDb === 0 ? t('home.background.same') : t('home.background.db', { level: shown })}</SliderOutput>
      <SliderTrack className={styles.track}>
        <SliderThumb className={styles.thumb} />
      </SliderTrack>
    </Slider>
  )
}
