import { z } from 'zod';
import { DRILL_SCENARIOS } from '../domain/restore-test.ts';
import { assertionProblem } from '../domain/assertion-problem.ts';
import { variable } from './teams.ts';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'a name of letters, digits, dots and dashes, at most 40');
const days = z.number().positive('must be more than 0 days').max(366);
const hours = z
  .number()
  .positive('must be more than 0 hours')
  .max(24 * 60);
const minutes = z
  .number()
  .positive('must be more than 0 minutes')
  .max(7 * 24 * 60);
const namespace = z.string().regex(/^[^.\s$/\\]+\.[^$\s].*$/, 'write database.collection, as shop.orders');
const document = z.record(z.string(), z.unknown());

/** `uri` names the environment variable that holds the cluster's connection string. */
const cluster = z.strictObject({ project: z.string().min(1), cluster: z.string().min(1), uri: variable.optional() });
type ClusterConfig = z.infer<typeof cluster>;

const bound = z.number().int().nonnegative();
const countAssertion = z
  .strictObject({
    name: z.string().min(1),
    cluster: z.string().min(1).optional(),
    collection: namespace,
    filter: document.optional(),
    min: bound.optional(),
    max: bound.optional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'say what is expected: min, max or both')
  .refine(({ min = 0, max = Number.POSITIVE_INFINITY }) => min <= max, { path: ['min'], message: 'is more than max' });
const aggregateAssertion = z
  .strictObject({
    name: z.string().min(1),
    cluster: z.string().min(1).optional(),
    collection: namespace,
    pipeline: z.array(document).min(1),
    expect: z.array(document),
  })
  .superRefine(({ name: called, collection, pipeline, expect }, context) => {
    const problem = assertionProblem({ kind: 'aggregate', name: called, namespace: collection, pipeline, expect });
    if (problem !== null) context.addIssue({ code: 'custom', path: ['pipeline'], message: problem });
  });

const assertion = z.union([countAssertion, aggregateAssertion], {
  error: (issue) => unionWords(issue.input),
});

/** Which of the two was meant is clear from `pipeline`; the reason is that one's own. */
function unionWords(input: unknown): string {
  const meant = typeof input === 'object' && input !== null && 'pipeline' in input ? aggregateAssertion : countAssertion;
  const issues = meant.safeParse(input).error?.issues ?? [];
  const words = issues.map(
    ({ path, message, code }) => `${path.join('.') || 'entry'}: ${code === 'unrecognized_keys' ? 'unknown key' : message}`,
  );
  return `is no assertion: ${words.join('; ')}; write { name, collection, filter, min, max } or { name, collection, pipeline, expect }`;
}

function same(one: ClusterConfig, other: ClusterConfig): boolean {
  return one.project === other.project && one.cluster === other.cluster;
}

const restoreTest = z
  .strictObject({
    name,
    sources: z.array(cluster).min(1, 'name a cluster whose backups are to be tested'),
    /** Is overwritten. It must carry the tag restorable=sandbox in Atlas as well. */
    target: cluster,
    everyDays: days.optional(),
    graceHours: hours.optional(),
    points: z
      .array(z.enum(['latest', 'snapshot', 'moment'], 'latest, snapshot or moment'))
      .min(1)
      .optional(),
    afterwards: z.enum(['drop', 'keep', 'pause'], 'drop, keep or pause').optional(),
    deadlineMinutes: z
      .strictObject({ request: minutes.optional(), restore: minutes.optional(), validate: minutes.optional(), clean: minutes.optional() })
      .optional(),
    /** The only databases that are looked at, and dropped afterwards. */
    databases: z.array(z.string().min(1)).min(1, 'name a database, or leave the line out for all').optional(),
    countTolerancePercent: z.number().min(0).max(100).optional(),
    sampleDocuments: z.number().int().min(1).max(10_000).optional(),
    /** Which field holds a document's time: { 'shop.orders': 'createdAt' }. */
    timeFields: z.record(namespace, z.string().min(1)).optional(),
  })
  .refine(({ sources, target }) => !sources.some((source) => same(source, target)), {
    path: ['target'],
    message: 'is one of the sources: a restore would erase it; name a cluster that holds nothing',
  });

const drill = z.strictObject({
  name,
  scenario: z.enum(DRILL_SCENARIOS, `there is no such scenario; there are ${DRILL_SCENARIOS.join(', ')}`),
  target: cluster,
  everyDays: days.optional(),
  graceDays: days.optional(),
});

export const recoverySettings = {
  restoreTests: z.array(restoreTest).superRefine(uniqueNames).superRefine(noTargetIsASource).optional(),
  drills: z.array(drill).superRefine(uniqueNames).optional(),
  assertions: z.array(assertion).superRefine(uniqueNames).optional(),
  recovery: z
    .strictObject({
      rtoMinutes: minutes.optional(),
      rpoMinutes: minutes.optional(),
      failoverSeconds: z.number().positive().max(3_600).optional(),
    })
    .optional(),
  /** Who is to be told when it comes to a recovery, by role (plan 8); a contact that is left out shows as TBD. */
  people: z.array(z.strictObject({ role: z.string().min(1), contact: z.string().min(1).optional(), duty: z.string().min(1) })).optional(),
  recordsKeptForDays: z.number().min(1).max(36_600).optional(),
};

type Context = { readonly addIssue: (issue: { code: 'custom'; path: (string | number)[]; message: string }) => void };

function uniqueNames(entries: readonly { readonly name: string }[], context: Context): void {
  const names = entries.map((entry) => entry.name);
  const twice = names.findIndex((entry, index) => names.indexOf(entry) !== index);
  if (twice === -1) return;
  context.addIssue({ code: 'custom', path: [twice, 'name'], message: `there is another "${names[twice]}"; give each a name of its own` });
}

/** A sandbox of one plan is no source of another: it holds nothing worth a proof. */
function noTargetIsASource(plans: readonly z.infer<typeof restoreTest>[], context: Context): void {
  const sources = plans.flatMap((plan) => plan.sources);
  plans.forEach(({ target }, index) => {
    if (!sources.some((source) => same(source, target)) || plans[index]?.sources.some((source) => same(source, target))) return;
    context.addIssue({ code: 'custom', path: [index, 'target'], message: 'is a source of another plan: a restore would erase it' });
  });
}

const recoveryConfig = z.object(recoverySettings);
export type RecoveryConfig = z.infer<typeof recoveryConfig>;
