import { z } from 'zod';
import { DRILL_SCENARIOS } from '../../domain/recovery/restore-test.ts';
import { assertionProblem } from '../../domain/recovery/assertion-problem.ts';
import { above0, name, nonEmpty, settings, uniqueNames } from './policy-fields.ts';
import { variable } from './team-schema.ts';

const days = above0('days', 366);
const hours = above0('hours', 24 * 60);
const minutes = above0('minutes', 7 * 24 * 60);
const namespace = z.string().regex(/^[^.\s$/\\]+\.[^$\s].*$/, 'write database.collection, as shop.orders');
const document = z.record(z.string(), z.unknown());

/** `uri` names the environment variable that holds the cluster's connection string. */
const cluster = z.strictObject({ project: nonEmpty, cluster: nonEmpty, uri: variable.optional() });
type ClusterConfig = z.infer<typeof cluster>;

const bound = z.number().int().nonnegative();
const aboutCollection = { name: nonEmpty, cluster: nonEmpty.optional(), collection: namespace };
const countAssertion = z
  .strictObject({
    ...aboutCollection,
    filter: document.optional(),
    min: bound.optional(),
    max: bound.optional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'say what is expected: min, max or both')
  .refine(({ min = 0, max = Number.POSITIVE_INFINITY }) => min <= max, { path: ['min'], message: 'is more than max' });
const aggregateAssertion = z
  .strictObject({ ...aboutCollection, pipeline: z.array(document).min(1), expect: z.array(document) })
  .superRefine(({ name: called, collection, pipeline, expect }, context) => {
    const problem = assertionProblem({ kind: 'aggregate', name: called, namespace: collection, pipeline, expect });
    if (problem !== null) context.addIssue({ code: 'custom', path: ['pipeline'], message: problem });
  });

const assertion = z.union([countAssertion, aggregateAssertion], {
  error: (issue) => unionWords(issue.input),
});

/** `pipeline` tells which of the two kinds was meant, and the message says what is wrong with that kind. */
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
    /** It is overwritten, and must carry the tag restorewatch=sandbox in Atlas as well. */
    target: cluster,
    everyDays: days.optional(),
    graceHours: hours.optional(),
    points: z
      .array(z.enum(['latest', 'snapshot', 'moment'], 'latest, snapshot or moment'))
      .min(1)
      .optional(),
    afterwards: z.enum(['drop', 'keep', 'pause'], 'drop, keep or pause').optional(),
    deadlineMinutes: settings({ request: minutes, restore: minutes, validate: minutes, search: minutes, clean: minutes }).optional(),
    /** `required`: a search or vector index that cannot be searched at the deadline fails the test; `noted` (the default): it is noted as a risk. */
    search: z.enum(['required', 'noted'], 'required or noted').optional(),
    /** Only these databases are validated, and dropped afterwards. */
    databases: z.array(nonEmpty).min(1, 'name a database, or leave the line out for all').optional(),
    countTolerancePercent: z.number().min(0).max(100).optional(),
    sampleDocuments: z.number().int().min(1).max(10_000).optional(),
    /** Which field holds a document's time: { 'shop.orders': 'createdAt' }. */
    timeFields: z.record(namespace, nonEmpty).optional(),
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
  restoreTests: z.array(restoreTest).superRefine(uniqueNames()).superRefine(noTargetIsASource).optional(),
  drills: z.array(drill).superRefine(uniqueNames()).optional(),
  assertions: z.array(assertion).superRefine(uniqueNames()).optional(),
  recovery: settings({ rtoMinutes: minutes, rpoMinutes: minutes, failoverSeconds: z.number().positive().max(3_600) }).optional(),
  recordsKeptForDays: z.number().min(1).max(36_600).optional(),
};

/** A sandbox of one plan cannot be a source of another: a restore would erase it. */
function noTargetIsASource(plans: readonly z.infer<typeof restoreTest>[], context: z.core.$RefinementCtx): void {
  const sources = plans.flatMap((plan) => plan.sources);
  plans.forEach(({ target }, index) => {
    if (!sources.some((source) => same(source, target)) || plans[index]?.sources.some((source) => same(source, target))) return;
    context.addIssue({ code: 'custom', path: [index, 'target'], message: 'is a source of another plan: a restore would erase it' });
  });
}

const recoveryConfig = z.object(recoverySettings);
export type RecoveryConfig = z.infer<typeof recoveryConfig>;
