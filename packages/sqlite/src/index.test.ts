import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openDatabase, rowLists, sqliteVersion } from './index.ts'

it('is new enough to be trusted with a ledger', () => {
  expect(sqliteVersion()).toMatchObject({ safe: true })
})

it('stores and reads bytes, text and whole numbers', () => {
  const database = openDatabase(':memory:')
  database.exec('CREATE TABLE t (a INTEGER, b TEXT, c BLOB)')
  database.prepare('INSERT INTO t VALUES (?, ?, ?)').run(2 ** 53 - 1, '常州𬭎', Uint8Array.of(0, 255))
  const row = database.prepare('SELECT * FROM t').get()
  expect(row).toEqual({ a: 2 ** 53 - 1, b: '常州𬭎', c: Uint8Array.of(0, 255) })
  database.close()
})

it('reads rows as lists, whether the driver knows them or objects only; and may stop in between', () => {
  const database = openDatabase(':memory:')
  database.exec("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')")
  const prepare = () => database.prepare('SELECT b, a, a + 1 FROM t WHERE a >= :least ORDER BY a')
  const objects = prepare()
  Object.defineProperty(objects, 'setReturnArrays', { value: undefined })
  for (const read of [rowLists(prepare()), rowLists(objects)]) {
    expect([...read({ least: 2 })]).toEqual([
      [null, 2, 3],
      ['z', 3, 4],
    ])
    for (const row of read({ least: 1 })) {
      expect(row).toEqual(['x', 1, 2])
      break
    }
    expect([...read({ least: 3 })]).toEqual([['z', 3, 4]])
  }
  database.close()
})

it('loads without a warning', () => {
  const program = fileURLToPath(new URL('./index.ts', import.meta.url))
  const script = `import(${JSON.stringify(program)}).then((m) => process.emitWarning('seen ' + m.sqliteVersion().version))`
  const merged = execFileSync(
    'sh',
    ['-c', '"$0" --import "$1" -e "$2" 2>&1', process.execPath, import.meta.resolve('tsx'), script],
    { encoding: 'utf8' },
  )
  expect(merged).toMatch(/Warning: seen 3\./)
  expect(merged).not.toMatch(/Experimental/)
})
