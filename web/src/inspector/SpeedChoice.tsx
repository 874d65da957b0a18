import { useState } from 'react'
import { Checkbox, Group, Input, Label, NumberField, Slider, SliderThumb, SliderTrack } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import fields from '../ui/fields.module.css'
import styles from './inspector.module.css'

interface Props {
  /** The chosen speed; null: as it fits best. */
  speed: number | null
  /** The speed that the dub has now. */
  spoken: number | null
  onChange: (speed: number | null) => void
}

const RANGE = { minValue: 0.5, maxValue: 2, step: 0.05 } as const
// One object for good: the field makes its parser anew for every other one.
const WRITTEN = { maximumFractionDigits: 2 } as const

/** How fast a line is spoken: automatically, or as fast as somebody wants. */
export function SpeedChoice({ speed, spoken, onChange }: Props) {
  const { t } = useMessages()
  const [moved, setMoved] = useState<number | null>(null)
  const shown = moved ?? speed ?? spoken ?? 1
  const choose = (value: number) => {
    setMoved(null)
    if (!Number.isNaN(value) && value !== speed) onChange(Math.round(value * 100) / 100)
  }
  return (
    <Group className={styles.group} aria-label={t('lines.speed')}>
      <div className={styles.groupHead}>
        <span className={fields.label}>{t('lines.speed')}</span>
        <Checkbox
          className={fields.checkbox}
          isSelected={speed === null}
          onChange={(isAutomatic) => {
            onChange(isAutomatic ? null : Math.round(shown * 20) / 20)
          }}
        >
          <span className={fields.box} />
          {t('lines.speed.automatic')}
        </Checkbox>
      </div>
      <div className={styles.pair}>
        <Slider {...RANGE} aria-label={t('lines.speed')} className={styles.slider} value={shown} isDisabled={speed === null} onChange={setMoved} onChangeEnd={choose}>
          <SliderTrack className={styles.track}>
            <SliderThumb className={styles.thumb} />
          </SliderTrack>
        </Slider>
        <NumberField {...RANGE} className={styles.number} value={shown} isDisabled={speed === null} formatOptions={WRITTEN} onChange={choose}>
          <Label className="visually-hidden">{t('lines.speed')}</Label>
          <Input className={`${fields.input} ${fields.compact}`} />
        </NumberField>
      </div>
    </Group>
  )
}
