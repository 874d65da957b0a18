import { expect, it } from 'vitest'
import type { FileResource } from '../../api/types'
import { captionsIn, dubSound } from './files'

function file(name: string, sha256 = 'aaaabbbbccccdddd'): FileResource {
  return { name, sha256, url: `/v1/x/${name}`, content_type: '', size_bytes: 1, revision: 1, created_at: '' }
}

it('hears the dub from its sound alone, and from its video where that is all there is', () => {
  expect(dubSound([file('video.mp4'), file('audio.m4a')])).toBe('/v1/x/audio.m4a?v=aaaabbbbcccc')
  expect(dubSound([file('video.webm')])).toBe('/v1/x/video.webm?v=aaaabbbbcccc')
  expect(dubSound([file('fit.json')])).toBeNull()
})

it('has another address for a file that was made again', () => {
  expect(dubSound([file('audio.m4a', 'ffffffffffffffff')])).not.toBe(dubSound([file('audio.m4a')]))
})

it('takes captions of the very language', () => {
  expect(captionsIn([file('subtitles.pt-BR.vtt'), file('subtitles.pt.srt')], 'pt')).toBeNull()
})
