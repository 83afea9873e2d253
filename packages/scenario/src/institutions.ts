import { addDays, type ConditionFigures } from '@fireledger/domain'
import { officer } from './actors.ts'
import { type Pace, paceFrom } from './calendar.ts'
import { districts } from './data/company-names.ts'
import { digestOf } from './identifiers.ts'
import { personOf } from './persons.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import type { Institution, World } from './world.ts'

/** The life of one institution in the register: from its entry to its leaving, stopped or banned on the way. */

type Life = {
  readonly world: World
  readonly institution: Institution
  readonly random: Random
  readonly pace: Pace
}
type Act = Pick<Order, 'type' | 'data' | 'effectiveAt' | 'expected' | 'actor'>

export function legalRepresentativeOf(institution: Institution): string {
  return `legal-${institution.key}`
}

/**
 * Whether it works undisturbed in all slots of the span: registered a while, not stopped, not gone. The margins are
 * wider than the longest holiday, which may put off any act.
 */
export function isInPractice(institution: Institution, from: number, until: number): boolean {
  const { registeredSlot, leavesSlot, stopped, fate } = institution
  if (fate === 'removed' || from < registeredSlot + 200 || until > leavesSlot - 24) return false
  return stopped === null || until < stopped.from - 16 || from > stopped.until + 120
}

export function* institutionLife(world: World, institution: Institution): Generator<Step> {
  const random = world.random('life', institution.key)
  const pace = paceFrom(world.calendar, institution.registeredSlot)
  const life = { world, institution, random, pace }
  yield* entry(life)
  yield* verification(life)
  if (random.chance(0.12)) yield* correction(life)
  if (institution.stopped) yield* stop(life, institution.stopped)
  yield* leaving(life)
}

function step({ institution }: Life, slot: number, act: Act): Step {
  return { slot, order: { category: 'institution', id: institution.uscc, ...act } }
}

function by(life: Life, office: 'registrar' | 'inspector' | 'case-handler') {
  return officer(office, life.institution.division, life.random)
}

function detailsOf({ world, institution }: Life) {
  const { name, type, division, address, establishedOn } = institution
  const legalRepresentative = personOf(world, legalRepresentativeOf(institution), [34, 62])
  return { name, type, division, address, establishedOn, legalRepresentative }
}

function* entry(life: Life): Generator<Step> {
  const { pace, random, institution } = life
  const actor = by(life, 'registrar')
  yield step(life, pace.next(), { type: 'RegisterInstitution', data: detailsOf(life), actor })
  const figures = figuresOf(life, false)
  yield step(life, pace.days(random.int(5, 12)), {
    type: 'DeclarePracticeConditions',
    data: { figures },
    actor,
  })
  if (institution.fate === 'removed') return
  const posted = random.pick(['公司前台公示栏', '经营场所大厅', '常州消防公众号', '公司官方网站'])
  const data = { signedOn: pace.day, postedAt: posted, documentSha256: digestOf(random) }
  yield step(life, pace.days(1), { type: 'SignCommitment', data: { ...data, signedOn: pace.day }, actor })
}

/** What the roster and the office amount to on that day; those who are unfit lack one thing until they have cured it. */
function figuresOf({ institution, random, pace, world }: Life, cured: boolean): ConditionFigures {
  const there = ({ enters }: { enters: number }) => enters <= pace.slot
  const engineers = institution.engineers.filter(there)
  const operators = institution.operators.filter(there)
  const area = institution.type === 'assessment' ? 100 : 200
  const lacking =
    cured || institution.fit
      ? null
      : world.random('lacking', institution.key).pick(['area', 'equipment', 'system'] as const)
  const branch = institution.fate === 'removed'
  return {
    legalPerson: !branch,
    premisesAreaSquareMetres: lacking === 'area' ? area - random.int(12, 60) : area + random.int(10, 420),
    equipmentComplete: lacking !== 'equipment' && !branch,
    engineers: engineers.length,
    gradeOneEngineers: engineers.filter(({ qualification }) => qualification === 'grade-one-engineer').length,
    operators: operators.length,
    intermediateOperators: operators.filter(({ qualification }) => qualification !== 'junior-operator')
      .length,
    qualitySystem: institution.type !== 'assessment' && lacking !== 'system',
    processControlSystem: institution.type !== 'maintenance' && lacking !== 'system',
  }
}

function* verification(life: Life): Generator<Step> {
  const { pace, random, institution } = life
  const verify = (cured: boolean, rectifyBy: string | null): Act => ({
    type: 'VerifyPracticeConditions',
    data: { figures: figuresOf(life, cured), rectifyBy },
    actor: by(life, 'inspector'),
  })
  pace.days(random.int(8, 40))
  const late = institution.fit ? null : addDays(pace.day, 30)
  yield step(life, pace.next(), verify(false, late))
  if (institution.fit || institution.fate === 'removed') return
  const actor = by(life, 'registrar')
  const data = { figures: figuresOf(life, true) }
  yield step(life, pace.days(random.int(12, 20)), { type: 'DeclarePracticeConditions', data, actor })
  yield step(life, pace.days(random.int(2, 6)), verify(true, null))
}

function* correction(life: Life): Generator<Step> {
  const { institution, random, pace, world } = life
  const district = districts.find(({ code }) => code === institution.division) ?? districts[0]
  const address = `江苏省常州市${district.name}${random.pick(district.streets)}${random.int(1, 388)}号`
  const supersedes = world.eventIdOf(institution.key, 0)
  const data = { ...detailsOf(life), address, supersedes, reason: '经营场所地址录入有误，按营业执照更正' }
  if (pace.slot + 400 > (institution.stopped?.from ?? institution.leavesSlot)) return
  yield step(life, pace.days(random.int(3, 40)), {
    type: 'CorrectDetails',
    data,
    actor: by(life, 'registrar'),
  })
}

function* stop(life: Life, stopped: { from: number; until: number }): Generator<Step> {
  const { pace } = life
  const actor = by(life, 'case-handler')
  pace.reach(stopped.from)
  const data = { reason: '不具备从业条件继续从事服务，责令停止执业', until: addDays(pace.day, 180) }
  yield step(life, pace.next(), { type: 'SuspendInstitution', data, actor })
  pace.reach(stopped.until)
  const back = { reason: '整改完成，经核查具备从业条件' }
  yield step(life, pace.next(), { type: 'ResumeInstitution', data: back, actor })
}

function* leaving(life: Life): Generator<Step> {
  const { institution, pace } = life
  pace.reach(institution.leavesSlot)
  const slot = pace.next()
  switch (institution.fate) {
    case 'flagship-leaves':
      yield step(life, slot, {
        type: 'WithdrawInstitution',
        data: { reason: '社会保险异常核查后自愿退出消防技术服务市场' },
        actor: by(life, 'registrar'),
      })
      return
    case 'removed':
      yield step(life, slot, {
        type: 'RemoveInstitution',
        data: { reason: '分支机构不具备企业法人资格，清理退出' },
        actor: by(life, 'registrar'),
      })
      yield step(life, pace.days(10), {
        type: 'SignCommitment',
        data: { signedOn: pace.day, postedAt: '经营场所', documentSha256: digestOf(life.random) },
        actor: by(life, 'registrar'),
        expected: { refused: 'institution-gone' },
      })
      return
    case 'banned':
      yield step(life, slot, {
        type: 'BanInstitution',
        data: { reason: '出具虚假文件造成重大损失，终身市场禁入' },
        actor: by(life, 'case-handler'),
      })
      yield step(life, pace.days(40), {
        type: 'DeclarePracticeConditions',
        data: { figures: figuresOf(life, true) },
        actor: by(life, 'registrar'),
        expected: { refused: 'institution-banned' },
      })
      return
    default:
      return
  }
}
