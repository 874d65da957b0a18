import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, Checkbox, Group, Input, Label, NumberField, Slider, SliderThumb, SliderTrack } from 'react-aria-components'
import type { ProjectSettings } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import notice from '../ui/notice.module.css'
import { changeSettings } from './calls'
import styles from './inspector.module.css'

const LEVEL = { minValue: -40, maxValue: 6, step: 1 } as const

/** What is heard under the dub. */
export function Sound() {
  const { t } = useMessages()
  const { project, script, operation, edits } = useStudio()
  const queries = useQueryClient()
  const change = useChanging()
  const [moved, setMoved] = useState<number | null>(null)
  const { keep_background = true, background_db = 0, voice_over = false } = project.settings
  const level = moved ?? background_db
  const set = (changes: Partial<ProjectSettings>) => {
    change(() => changeSettings(queries, project.id, changes))
  }
  const setLevel = (background_db: number) => {
    setMoved(null)
    if (!Number.isNaN(background_db)) set({ background_db })
  }
  const mustMix = script !== null && script.output_revision > 0 && script.stale
  return (
    <div className={styles.inspector}>
      <Checkbox className={fields.checkbox} isSelected={keep_background} onChange={(on) => { set({ keep_background: on }) }}>
        <span className={fields.box} />
        <span>
          {t('lines.sound.background')}
          <span className={styles.explained}>{t('lines.sound.background.about')}</span>
        </span>
      </Checkbox>
      <Group className={styles.group} aria-label={t('lines.sound.level')}>
        <span className={fields.label}>{t('lines.sound.level')}</span>
        <div className={styles.pair}>
          <Slider {...LEVEL} aria-label={t('lines.sound.level')} className={styles.slider} value={level} isDisabled={!keep_background && !voice_over} onChange={setMoved} onChangeEnd={setLevel}>
            <SliderTrack className={styles.track}>
              <SliderThumb className={styles.thumb} />
            </SliderTrack>
          </Slider>
          <NumberField {...LEVEL} className={styles.number} value={level} isDisabled={!keep_background && !voice_over} onChange={setLevel}>
            <Label className="visually-hidden">{t('lines.sound.level')}</Label>
            <Input className={`${fields.input} ${fields.compact}`} />
          </NumberField>
          <span className={styles.about}>dB</span>
        </div>
        <p className={fields.description}>{t('lines.sound.level.about')}</p>
      </Group>
      <Checkbox className={fields.checkbox} isSelected={voice_over} onChange={(on) => { set({ voice_over: on }) }}>
        <span className={fields.box} />
        <span>
          {t('lines.sound.voiceOver')}
          <span className={styles.explained}>{t('lines.sound.voiceOver.about')}</span>
        </span>
      </Checkbox>
      {mustMix && (
        <div className={`${notice.hint} ${styles.mix}`} role="status">
          <p>{t('lines.sound.mixAgain')}</p>
          <Button className={buttons.quiet} isDisabled={operation !== null} onPress={() => { change(edits.speak) }}>
            {t('lines.sound.mix')}
          </Button>
        </div>
      )}
    </div>
  )
}
