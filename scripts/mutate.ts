// Changes the sources bit by bit, and tells which changes no test notices: npm run mutation -- http session
import { Stryker } from '@stryker-mutator/core'

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

const folders = ['http', 'token', 'session', 'device', 'guards', 'throttle', 'password', 'user']

/** The tests of a folder alone judge it; `vitest.mutation.config.ts` reads its name from the environment. */
async function mutate(folder: string): Promise<MutantResult[]> {
  process.env['MUTATED_FOLDER'] = folder
  const stryker = new Stryker({
    // The passwords are a list, and the thread that hashes never hears which change is being tried.
    mutate: [`src/${folder}/**/*.ts`, '!src/password/{blocked-passwords,hash-worker}.ts'],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false, pool: 'threads' },
    // TypeScript 7 has none of what would read it.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    coverageAnalysis: 'perTest',
    concurrency: 2,
    timeoutMS: 30_000,
    incremental: true,
    incrementalFile: `coverage/mutation-${folder}.json`,
    ignorePatterns: ['/bench', '/coverage', '/demo', '/dist', '/docs', '/.ci', '/.oxlintrc.json'],
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, reportTests: false },
  })
  return stryker.runMutationTest()
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}

/** With none of its tests run, a change survives in Stryker's words: their titles, all in one expression, were too long for one. */
function isUntried({ status, testsCompleted }: MutantResult): boolean {
  return status === 'Survived' && testsCompleted === 0
}

function lineOf(folder: string, mutants: readonly MutantResult[]): string {
  if (mutants.some(isUntried)) throw new Error(`No test tried some of the changes in ${folder}. Is a title very long?`)
  const count = (...statuses: MutantResult['status'][]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length
  // A runtime error is a file of tests that can't be loaded with the change, or can't end: such a run fails, too.
  const noticed = count('Killed', 'Timeout', 'RuntimeError')
  const tried = noticed + count('Survived', 'NoCoverage')
  return `| ${folder} | ${tried} | ${noticed} | ${percent(noticed, tried)} |`
}

const asked = process.argv.slice(2)
const lines: string[] = []
for (const folder of asked.length > 0 ? asked : folders) lines.push(lineOf(folder, await mutate(folder)))
console.log(['', '| folder | changes | noticed | score |', '| --- | --- | --- | --- |', ...lines].join('\n'))
