import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problems.ts'

/** Deeper than any command; far less than what makes a parser or a schema run out of stack. */
const depthMax = 32

/** JSON bodies: depth is bounded before parsing, keys that reach for prototypes are refused. */
export function installJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (depthOf(body) > depthMax) {
      done(
        new ProblemError('invalid', {
          zh: `JSON 嵌套超过 ${depthMax} 层`,
          en: `the JSON is nested more than ${depthMax} levels deep`,
        }),
      )
      return
    }
    parse(request, body, done)
  })
}

/** The deepest nesting of brackets outside strings; stops counting once it is too deep. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let index = 0; index < json.length && deepest <= depthMax; index++) {
    const character = json.charCodeAt(index)
    if (quoted) {
      if (character === 0x5c) index++
      else if (character === 0x22) quoted = false
    } else if (character === 0x22) quoted = true
    else if (character === 0x7b || character === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (character === 0x7d || character === 0x5d) depth--
  }
  return deepest
}
