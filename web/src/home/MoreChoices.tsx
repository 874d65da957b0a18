import { Button, Checkbox, Group, Input, Label, NumberField, Text } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import fields from '../ui/fields.module.css'
import { useStore } from '../ui/store'
import { BackgroundLevel } from './BackgroundLevel'
import { choicesStore, choose, newDub } from './current'
import { GlossaryChoices } from './GlossaryChoices'
import styles from './home.module.css'
import type { Wanted } from './wanted'

const MOST_SPEAKERS = 50
const MOST_DOLLARS = 1_000_000

/** How many speak, what is heard behind them, which words are fixed, and what it may cost. */
export default function MoreChoices({ wanted }: { wanted: Wanted }) {
  const { t } = useMessages()
  const { speakers, keepBackground, budget } = useStore(choicesStore)
  const { estimate } = useStore(newDub.state)
  const mayCost = budget !== null || (estimate !== null && estimate.cost !== 0)
  return (
    <div className={styles.more}>
      <NumberField
        className={`${fields.field} ${styles.short}`}
        minValue={1}
        maxValue={MOST_SPEAKERS}
        value={speakers ?? NaN}
        onChange={(count) => {
          choose({ speakers: Number.isNaN(count) ? null : count })
        }}
      >
        <Label>{t('home.speakers')}</Label>
        <Group className={styles.stepper}>
          <Button slot="decrement">−</Button>
          <Input className={styles.count} placeholder={t('home.speakers.detect')} />
          <Button slot="increment">+</Button>
        </Group>
        <Text slot="description" className={fields.description}>
          {t('home.speakers.what')}
        </Text>
      </NumberField>
      <div className={styles.background}>
        <Checkbox
          className={fields.checkbox}
          isSelected={keepBackground}
          onChange={(isKept) => {
            choose({ keepBackground: isKept })
          }}
        >
          <span className={fields.box} aria-hidden="true" />
          {t('home.background')}
        </Checkbox>
        {keepBackground && <BackgroundLevel />}
      </div>
      <GlossaryChoices wanted={wanted} />
      {mayCost && (
        <NumberField
          className={`${fields.field} ${styles.short}`}
          minValue={0}
          maxValue={MOST_DOLLARS}
          formatOptions={{ style: 'currency', currency: 'USD' }}
          value={budget ?? NaN}
          onChange={(dollars) => {
            choose({ budget: Number.isNaN(dollars) ? null : dollars })
          }}
        >
          <Label>{t('home.budget')}</Label>
          <Input className={fields.input} placeholder={t('home.budget.none')} />
          <Text slot="description" className={fields.description}>
            {t('home.budget.what')}
          </Text>
        </NumberField>
      )}
    </div>
  )
}
