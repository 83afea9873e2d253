/** A source of chance that is a pure function of its name: the same name always deals the same hand. */
export type Random = {
  /** From 0 inclusive to 1 exclusive. */
  next(): number
  /** A whole number, both ends included. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the keys, each as likely as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key
  /** `count` different entries, in random order; all of them when there are fewer. */
  sample<T>(list: readonly T[], count: number): T[]
  /** `length` characters from the alphabet. */
  text(alphabet: string, length: number): string
}

/** 32 bits that depend on every character of the name and on the salt. */
function scramble(name: string, salt: number): number {
  let hash = salt >>> 0
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Small fast counting generator of 128 bits (Doty-Humphrey's sfc32), begun from the name. */
function generator(name: string): () => number {
  let a = scramble(name, 0x243f6a88)
  let b = scramble(name, 0x85a308d3)
  let c = scramble(name, 0x13198a2e)
  let counter = 1
  const turn = () => {
    const result = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + result) >>> 0
    return result
  }
  for (let warm = 0; warm < 12; warm++) turn()
  return () => turn() / 0x1_0000_0000
}

/** Sources of different names are independent, so one strand of life can change without stirring the others. */
export function randomOf(...name: readonly (string | number)[]): Random {
  const next = generator(name.join('/'))
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  function pick<T>(list: readonly T[]): T {
    const chosen = list[Math.floor(next() * list.length)]
    if (chosen === undefined) throw new Error(`nothing to pick from (${name.join('/')})`)
    return chosen
  }
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
      const entries = Object.entries<number>(weights) as [Key, number][]
      let point = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [key, weight] of entries) {
        point -= weight
        if (point < 0) return key
      }
      return pick(entries)[0]
    },
    sample<T>(list: readonly T[], count: number): T[] {
      const rest = [...list]
      const chosen: T[] = []
      while (chosen.length < count && rest.length > 0) {
        chosen.push(...rest.splice(Math.floor(next() * rest.length), 1))
      }
      return chosen
    },
    text: (alphabet, length) =>
      Array.from({ length }, () => alphabet.charAt(Math.floor(next() * alphabet.length))).join(''),
  }
}
