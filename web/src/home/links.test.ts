import { describe, expect, it } from 'vitest'
import { readLink } from './links'

describe('readLink', () => {
  it.each([
    'https://www.youtube.com/watch?v=jNQXAC9IVRw',
    'https://youtu.be/jNQXAC9IVRw?si=abc',
    'http://m.youtube.com/shorts/jNQXAC9IVRw',
    'youtube.com/watch?list=PL1&v=jNQXAC9IVRw',
    ' https://www.youtube-nocookie.com/embed/jNQXAC9IVRw ',
  ])('takes %s for a video of YouTube', (text) => {
    expect(readLink(text).kind).toBe('youtube')
  })

  it('takes a file on the web, in the spelling that the server reads', () => {
    expect(readLink('https://example.org/Vorträge/talk.mp4')).toEqual({
      kind: 'web',
      url: 'https://example.org/Vortr%C3%A4ge/talk.mp4',
    })
  })

  it.each(['', 'http', 'https://', 'https://exam', 'https://www.youtube.com/', 'https://example.org'])(
    'waits for the rest of %j',
    (text) => {
      expect(readLink(text).kind).toBe('unfinished')
    },
  )

  it.each([
    ['https://www.youtube.com/playlist?list=PL1', 'home.link.list'],
    ['https://www.youtube.com/@somebody', 'home.link.list'],
    ['https://www.youtube.com/watch?v=short', 'home.link.noVideo'],
    ['http://example.org/talk.mp4', 'home.link.scheme'],
    ['ftp://example.org/talk.mp4', 'home.link.scheme'],
    ['file:///talk.mp4', 'home.link.scheme'],
    ['https://me:secret@example.org/talk.mp4', 'home.link.user'],
    ['https://example.org:8443/talk.mp4', 'home.link.port'],
    ['https://localhost/talk.mp4', 'home.link.private'],
    ['https://192.168.1.5/talk.mp4', 'home.link.private'],
    ['https://nas.local/talk.mp4', 'home.link.private'],
    ['two words', 'home.link.unreadable'],
    [`https://example.org/${'a'.repeat(2_100)}`, 'home.link.tooLong'],
  ])('says what is wrong with %s', (text, why) => {
    expect(readLink(text)).toEqual({ kind: 'refused', why })
  })
})
