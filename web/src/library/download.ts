import { mediaUrl } from '../api/media'
import { problemOf } from '../api/problem'
import type { FileResource, Project } from '../api/types'
import { sentence } from '../ui/sentence'
import { tell } from '../ui/toasts'

/** A finished dub to take away: its language and its video. */
export interface Dub {
  language: string
  file: FileResource
}

/** The finished dubs of a project, one for each language that has one. */
export function dubsOf(project: Project): Dub[] {
  return project.targets.flatMap((target) => {
    const file = (target.artifacts ?? []).find(({ name }) => name.startsWith('video.'))
    return file === undefined ? [] : [{ language: target.language, file }]
  })
}

/** Lets the browser save a dub, by the name that the server gives it. Where that fails, it is told. */
export function save(dub: Dub): void {
  mediaUrl(dub.file.url).then(
    (url) => {
      const link = document.createElement('a')
      link.href = url
      link.download = ''
      link.click()
    },
    (thrown: unknown) => {
      tell(sentence(problemOf(thrown).message))
    },
  )
}
