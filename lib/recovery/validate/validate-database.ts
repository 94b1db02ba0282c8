import type { MongoClient } from 'mongodb';
import type { Assertion, EvidenceLine, Manifest } from '../../domain/recovery/evidence.ts';
import type { ValidationPart, ValidationPlan } from '../../ports/recovery-ports.ts';
import { checkAssertion, unaskedLine } from './check-assertions.ts';
import { type CatalogEntry, readCatalog } from './read/manifest.ts';
import { expectationsOf } from './compare-collections.ts';
import { lineOf } from './evidence-lines.ts';
import { type Part, validateNamespace } from './validate-namespace.ts';
import { type Asked, type Bounds, ReadError } from './read/bounded-read.ts';
import { type Duration, SECOND } from '../../domain/time.ts';

/** Cursors of what comes after the namespaces. No database's name may hold a `$`, so that none is mistaken for them. */
const ASSERTION = '$assertion.';
const END = '$end';

/**
 * Holds what was restored against the plan, by reads alone: namespaces in order, then assertions, then what is not covered. Ends by the
 * deadline (an instant); `next` is where the next call goes on (`from`), null when all is done. Throws `ReadError` where not even the list of
 * collections can be read: nothing is known then, and the same call can be made again.
 */
export async function validateDatabase(
  client: MongoClient,
  plan: ValidationPlan,
  { deadline, from, only, now = Date.now, ...how }: Asked & { readonly from: string | null },
): Promise<ValidationPart> {
  const bounds = { deadline, now, readLimit: how.readLimit, onSteps: how.onSteps };
  const catalog = await readCatalog(client, bounds, only);
  const steps = stepsOf(client, plan, catalog, bounds);
  const { parts, next } = await takeSteps(steps.slice(firstStep(steps, from)), bounds);
  const times = parts.flatMap(({ newest }) => (newest === null ? [] : [newest]));
  return { lines: parts.flatMap(({ lines }) => lines), next, newest: times.length === 0 ? null : Math.max(...times) };
}

function stepsOf(client: MongoClient, plan: ValidationPlan, catalog: readonly CatalogEntry[], bounds: Bounds): readonly ValidationStep[] {
  const { before, after, settings, recoveryPoint, rpo } = plan;
  const expectations = expectationsOf(before, after);
  const entries = new Map(catalog.map((entry) => [entry.namespace, entry]));
  const compared = before !== null || after !== null;
  const namespaces = [...new Set([...entries.keys(), ...expectations.keys()])].toSorted();
  return [
    ...namespaces.map((namespace): ValidationStep => {
      const asked = { entry: entries.get(namespace), expectation: expectations.get(namespace), compared, recoveryPoint, rpo, settings };
      return { cursor: namespace, take: (insist) => validateNamespace(client, namespace, { ...asked, insist }, bounds) };
    }),
    ...settings.assertions.map((assertion, index): ValidationStep => ({
      cursor: `${ASSERTION}${index}`,
      take: (insist) => assertionPart(client, assertion, insist, bounds),
    })),
    { cursor: END, take: () => Promise.resolve({ lines: endLines(plan, catalog, new Set(namespaces)), newest: null }) },
  ];
}

/** A namespace that is gone since the last chunk gives way to the next one after it. */
function firstStep(steps: readonly ValidationStep[], from: string | null): number {
  if (from === null) return 0;
  const special = from === END || from.startsWith(ASSERTION);
  const index = steps.findIndex(({ cursor }) => (special ? cursor === from : cursor.startsWith('$') || cursor >= from));
  return index === -1 ? steps.length - 1 : index;
}

async function assertionPart(client: MongoClient, assertion: Assertion, insist: (error: unknown) => void, bounds: Bounds): Promise<Part> {
  const line = await checkAssertion(client, assertion, bounds).catch((error: unknown) => {
    insist(error);
    return unaskedLine(assertion, error);
  });
  return { lines: [line], newest: null };
}

function endLines(plan: ValidationPlan, catalog: readonly CatalogEntry[], known: ReadonlySet<string>): readonly EvidenceLine[] {
  const strangers = Object.entries(plan.settings.timeFields).filter(([namespace]) => !known.has(namespace));
  const nothing = lineOf('namespace', null, 'failed', [`the collections of ${plan.source}`, 'not one: nothing was restored']);
  return [
    ...(isNothing(plan, catalog) ? [nothing] : []),
    ...strangers.map(([namespace, field]) =>
      lineOf('freshness', namespace, 'noted', [`a newest ${field}, as timeFields says`, 'there is no such collection here']),
    ),
  ];
}

/** A restore that left nothing, unless a manifest says that there was nothing. */
function isNothing({ before, after }: ValidationPlan, catalog: readonly CatalogEntry[]): boolean {
  const manifests: readonly Manifest[] = [before, after].filter((manifest) => manifest !== null);
  return catalog.length === 0 && (manifests.length === 0 || manifests.some(({ collections }) => collections.length > 0));
}

/** One step of a validation; the next chunk can begin with it. */
export type ValidationStep = {
  readonly cursor: string;
  /** `insist` throws what is worth another try; a step that is not to be put off again gets one that never throws. */
  readonly take: (insist: (error: unknown) => void) => Promise<Part>;
};

const AT_ONCE = 8;
/** With less than this left, the next step is left to the next chunk. */
const WORTH_STARTING: Duration = SECOND;

/** A step that had so long and still was not answered is put off no more. */
const PATIENCE: Duration = 10 * SECOND;

/**
 * Takes the steps, a few at once, until the deadline is near. A step that ran out of time or lost the server is put off to the next chunk with
 * all after it, but for the first that had time enough: so each chunk of more than ten seconds comes on by one at least.
 */
export async function takeSteps(steps: readonly ValidationStep[], { deadline, now, onSteps }: Bounds) {
  const taken: Part[] = [];
  let end = steps.length;
  const left = steps.entries();
  const underWay = new Set<string>();
  async function worker(): Promise<void> {
    for (const [index, step] of left) {
      const time = deadline - now();
      if (index >= end || time < WORTH_STARTING) return void (end = Math.min(end, index));
      try {
        onSteps?.([...underWay.add(step.cursor)]);
        taken[index] = await step.take(index === 0 && time >= PATIENCE ? () => {} : putOff);
      } catch (error) {
        end = Math.min(end, index);
        if (!isPassing(error)) throw error;
      } finally {
        underWay.delete(step.cursor);
        onSteps?.([...underWay]);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { parts: taken.slice(0, end), next: steps[end]?.cursor ?? null };
}

function putOff(error: unknown): void {
  if (isPassing(error)) throw error;
}

function isPassing(error: unknown): boolean {
  return error instanceof ReadError && (error.kind === 'out-of-time' || error.kind === 'unreachable');
}
