import { stampColumns } from './stream-row.ts'

/** Tables of the projection `credit-grades`. */
export const creditTables = {
  credit_account: {
    columns: {
      /** USCC, practitioner or unit id. */
      subject: 'text',
      /** institution · practitioner · unit */
      subject_kind: 'text',
      division: 'text',
      entries: 'integer',
      vetoes: 'integer',
      /** Objections without a ruling. */
      pending_objections: 'integer',
      /** As last published formally, and for which day. */
      published_grade: 'text',
      published_score: 'real',
      published_as_of: 'text',
      /** By which rulebook: `<id>@<revision>`. */
      published_rulebook: 'text',
      /** Entries, vetoes and objections, as the domain's scoring takes them. */
      facts: 'json',
      /** The subject's divisions over time: they decide which rulebook judges which day. */
      residences: 'json',
      /** Of the credit stream; -1 while it has no event. */
      ...stampColumns,
    },
    primaryKey: ['subject'],
    indexes: [['division', 'subject_kind'], ['published_grade']],
  },
  credit_grade_step: {
    columns: {
      subject: 'text',
      /** The step holds from this day up to, but not including, `to_day`; null: until further notice. */
      from_day: 'text',
      to_day: 'text',
      subject_kind: 'text',
      division: 'text',
      /** Score, level and grade are null where no rulebook is in force. */
      score: 'real',
      level: 'text',
      grade: 'text',
      /** The veto that decides the grade; null when the score does. */
      veto: 'json',
      /** Times the ordinary sampling ratio; null: by `inspections_per_year`, or no rulebook. */
      sampling_factor: 'real',
      inspections_per_year: 'integer',
      /** Codes of the measures that follow from the level. */
      measures: 'json',
      /** `<id>@<revision>` */
      rulebook: 'text',
    },
    primaryKey: ['subject', 'from_day'],
    indexes: [['subject_kind', 'division', 'from_day'], ['grade']],
  },
  credit_entry: {
    columns: {
      subject: 'text',
      event_id: 'text',
      /** adjustment · veto */
      kind: 'text',
      /** Code of the rulebook's item or veto. */
      item: 'text',
      count: 'integer',
      /** Signed, before caps and repetition; null for a veto. */
      points: 'real',
      violation: 'text',
      fact_id: 'text',
      cause_event_id: 'text',
      effective_on: 'text',
      /** Last day on which it counts; null: for good. */
      valid_until: 'text',
      reversed_on: 'text',
      reversal_basis: 'text',
      /** Share of the points that a repair gave back. */
      restores: 'real',
      /** minor · general · serious; null for a bonus. */
      gravity: 'text',
      /** Days on which the public sees it, by the laws of those days; both null: on none. */
      shown_from: 'text',
      /** Last day; null with a `shown_from`: for good. */
      shown_until: 'text',
      /** While an objection is pending. */
      disputed: 'boolean',
      rulebook: 'text',
      reason: 'text',
    },
    primaryKey: ['subject', 'event_id'],
    indexes: [['item', 'effective_on'], ['fact_id']],
  },
  credit_publication: {
    columns: {
      subject: 'text',
      event_id: 'text',
      as_of: 'text',
      score: 'real',
      level: 'text',
      grade: 'text',
      veto_code: 'text',
      rulebook: 'text',
      /** SHA-256 of the canonical inputs. */
      inputs_digest: 'text',
      /** The earlier publication for the same day. */
      supersedes: 'text',
    },
    primaryKey: ['subject', 'event_id'],
    indexes: [['as_of', 'grade']],
  },
  credit_objection: {
    columns: {
      subject: 'text',
      /** Of this entry, from 1. */
      number: 'integer',
      /** The disputed adjustment or veto. */
      entry: 'text',
      division: 'text',
      noticed_on: 'text',
      filed_on: 'text',
      /** Last day of the ruling. */
      due_on: 'text',
      extended: 'boolean',
      decided_on: 'text',
      /** upheld · rejected */
      outcome: 'text',
      /** Until the ruling. */
      pending: 'boolean',
      /** The last day has passed without a ruling: it was told so, or the ruling came later. */
      overdue: 'boolean',
      /** Whether the ruling came by its last day; null while there is time. Filed late, there is no objection. */
      in_time: 'boolean',
    },
    primaryKey: ['subject', 'entry', 'number'],
    indexes: [['division', 'due_on']],
  },
  credit_warning: {
    columns: {
      event_id: 'text',
      subject: 'text',
      subject_kind: 'text',
      division: 'text',
      /** near-lower-grade · sharp-drop · certificate-ending · staffing-at-minimum */
      kind: 'text',
      /** The lower grade, the day of the higher score, the practitioner, the condition. */
      about: 'text',
      message: 'json',
      raised_on: 'text',
      /** First day without its reason; null while it stands. */
      ended_on: 'text',
      /** Until then. */
      standing: 'boolean',
      rulebook: 'text',
      /** Of the event that raised it. */
      position: 'integer',
    },
    primaryKey: ['position'],
    indexes: [['division', 'kind'], ['subject']],
  },
  credit_grade_change: {
    columns: {
      event_id: 'text',
      subject: 'text',
      subject_kind: 'text',
      division: 'text',
      as_of: 'text',
      grade_before: 'text',
      grade: 'text',
      score_before: 'real',
      score: 'real',
      /** up · down · other */
      direction: 'text',
      rulebook: 'text',
      rulebook_before: 'text',
      position: 'integer',
    },
    primaryKey: ['position'],
    indexes: [
      ['division', 'as_of'],
      ['subject', 'as_of'],
    ],
  },
  credit_rulebook: {
    columns: {
      id: 'text',
      /** `<id>@<revision>` */
      reference: 'text',
      /** draft · adopted · retired */
      status: 'text',
      division: 'text',
      retired_from: 'text',
      title: 'json',
      content: 'json',
      adoptions: 'json',
    },
    primaryKey: ['id'],
    indexes: [['status']],
  },
} as const
