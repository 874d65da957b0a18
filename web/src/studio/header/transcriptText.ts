import type { Line, Speaker } from '../../api/types'
import { clock } from '../../ui/clock'

/** What is said, and how it is said in the other language, line by line for reading. */
export function transcriptText(lines: readonly Line[], speakers: readonly Speaker[]): string {
  const names = new Map(speakers.map(({ id, name }) => [id, name]))
  const blocks = lines.map((line) => {
    const who = names.get(line.speaker) ?? line.speaker
    return [`${clock(line.span.start_ms)}  ${who}`, line.source_text, line.target_text].filter((text) => text !== '').join('\n')
  })
  return `${blocks.join('\n\n')}\n`
}
