import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from './buttons.module.css'

const TOLD_MS = 2_000

type Outcome = 'copied' | 'refused' | null

/** Puts a text on the clipboard, and tells that it did. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useMessages()
  const [outcome, setOutcome] = useState<Outcome>(null)
  const copy = () => {
    copied(text)
      .then(setOutcome)
      .finally(() => setTimeout(setOutcome, TOLD_MS, null))
  }
  return (
    <>
      <Button className={buttons.plain} onPress={copy}>
        {outcome === null ? (label ?? t('health.copy')) : t(outcome === 'copied' ? 'health.copied' : 'health.notCopied')}
      </Button>
      <span role="status" className="visually-hidden">
        {outcome === 'copied' && t('health.copied')}
      </span>
    </>
  )
}

/** Browsers lend their clipboard to pages of https and of this machine only. */
async function copied(text: string): Promise<Outcome> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return 'refused'
  }
}
