import type { ComponentType } from 'react'

/**
 * Every page: its address, what it needs to be seen, and its chunk. One line each; the name in the menu stands in
 * `shell/texts.ts` under `page.<key>`. A page without a place in the menu is reached from others.
 */
export type PageEntry = {
  readonly key: string
  readonly path: string
  /** Group of the menu; null: not in the menu. */
  readonly menu: 'watch' | 'registers' | 'explain' | 'operate' | null
  /** Any one of them will do; without, the page is not in the menu and its address says what is missing. */
  readonly needed: readonly string[]
  readonly load: () => Promise<ComponentType>
}

/** Permissions to act: whoever holds none has nothing to do there. */
const acting = [
  'register',
  'declare',
  'inspect',
  'penalise',
  'score',
  'object',
  'legislate',
  'assess',
  'collect',
  'waive',
  'administer',
]

export const pages: readonly PageEntry[] = [
  page(
    'overview',
    '',
    'watch',
    'read-public',
    async () => (await import('./overview/overview.tsx')).OverviewPage,
  ),
  page(
    'replay',
    'replay',
    'explain',
    'read-public',
    async () => (await import('./replay/replay.tsx')).ReplayPage,
  ),
  page(
    'rule-simulation',
    'rule-simulation',
    'explain',
    'legislate',
    async () => (await import('./rule-simulation/rule-simulation.tsx')).RuleSimulationPage,
  ),
  page(
    'process-view',
    'process-view',
    'explain',
    'read-cases',
    async () => (await import('./process-view/process-view.tsx')).ProcessViewPage,
  ),
  page('acts', 'acts', 'operate', acting, async () => (await import('./acts/acts.tsx')).ActsPage),
  page('act', 'acts/:path/:name', null, acting, async () => (await import('./acts/act.tsx')).ActPage),
  page(
    'operations',
    'operations',
    'operate',
    'read-operations',
    async () => (await import('./operations/operations.tsx')).OperationsPage,
  ),
  page(
    'institutions',
    'institutions',
    'registers',
    'read-public',
    async () => (await import('./registers/register-pages.tsx')).InstitutionsPage,
  ),
  page(
    'practitioners',
    'practitioners',
    'registers',
    'read-register',
    async () => (await import('./registers/register-pages.tsx')).PractitionersPage,
  ),
  page(
    'units',
    'units',
    'registers',
    'read-register',
    async () => (await import('./registers/register-pages.tsx')).UnitsPage,
  ),
  page(
    'projects',
    'projects',
    'registers',
    'read-register',
    async () => (await import('./registers/register-pages.tsx')).ProjectsPage,
  ),
  page(
    'inspections',
    'inspections',
    'registers',
    'read-cases',
    async () => (await import('./registers/register-pages.tsx')).InspectionsPage,
  ),
  page(
    'penalty-cases',
    'penalty-cases',
    'registers',
    'read-cases',
    async () => (await import('./registers/register-pages.tsx')).PenaltyCasesPage,
  ),
  page(
    'assessments',
    'assessments',
    'registers',
    'read-cases',
    async () => (await import('./registers/register-pages.tsx')).AssessmentsPage,
  ),
  page(
    'complaints',
    'complaints',
    'registers',
    'read-cases',
    async () => (await import('./registers/register-pages.tsx')).ComplaintsPage,
  ),
  page(
    'anomalies',
    'anomalies',
    'registers',
    'read-cases',
    async () => (await import('./registers/register-pages.tsx')).AnomaliesPage,
  ),
  page(
    'merits',
    'merits',
    'registers',
    'read-register',
    async () => (await import('./registers/register-pages.tsx')).MeritsPage,
  ),
  page(
    'institution',
    'institutions/:uscc',
    null,
    'read-public',
    async () => (await import('./institution/institution.tsx')).InstitutionPage,
  ),
  page(
    'assessment',
    'assessments/:id',
    null,
    'read-cases',
    async () => (await import('./assessment/assessment.tsx')).AssessmentPage,
  ),
  page('search', 'search', null, 'read-public', async () => (await import('./search/search.tsx')).SearchPage),
  page(
    'event',
    'events/:stream/:revision',
    null,
    'read-public',
    async () => (await import('./event/event.tsx')).EventPage,
  ),
]

function page(
  key: string,
  path: string,
  menu: PageEntry['menu'],
  needed: string | readonly string[],
  load: PageEntry['load'],
): PageEntry {
  return { key, path, menu, needed: typeof needed === 'string' ? [needed] : needed, load }
}
