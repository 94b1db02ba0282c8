import type { MongoClient } from 'mongodb';
import type { Assertion, EvidenceLine, Manifest } from '../../domain/evidence.ts';
import type { ValidationPart, ValidationPlan } from '../world.ts';
import { holdAssertion, unheardLine } from './assertion.ts';
import { type CatalogEntry, readCatalog } from './catalog.ts';
import { expectationsOf } from './expectation.ts';
import { lineOf } from './line.ts';
import { type Part, validateNamespace } from './namespace.ts';
import type { Asked, Bounds } from './reading.ts';
import { takeSteps, type ValidationStep } from './steps.ts';

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
  { deadline, from, only, now = Date.now }: Asked & { readonly from: string | null },
): Promise<ValidationPart> {
  const bounds = { deadline, now };
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
  const line = await holdAssertion(client, assertion, bounds).catch((error: unknown) => {
    insist(error);
    return unheardLine(assertion, error);
  });
  return { lines: [line], newest: null };
}

function endLines(plan: ValidationPlan, catalog: readonly CatalogEntry[], known: ReadonlySet<string>): readonly EvidenceLine[] {
  const strangers = Object.entries(plan.settings.timeFields).filter(([namespace]) => !known.has(namespace));
  return [
    ...(isNothing(plan, catalog)
      ? [lineOf('namespace', null, 'failed', [`the collections of ${plan.source}`, 'not one: nothing was restored'])]
      : []),
    ...strangers.map(([namespace, field]) =>
      lineOf('freshness', namespace, 'noted', [`a newest ${field}, as timeFields says`, 'there is no such collection here']),
    ),
    lineOf('not-covered', null, 'noted', ['nothing: Atlas Search is not covered', 'look at its indexes by hand after a restore']),
  ];
}

/** A restore that left nothing, unless a manifest says that there was nothing. */
function isNothing({ before, after }: ValidationPlan, catalog: readonly CatalogEntry[]): boolean {
  const manifests: readonly Manifest[] = [before, after].filter((manifest) => manifest !== null);
  return catalog.length === 0 && (manifests.length === 0 || manifests.some(({ collections }) => collections.length > 0));
}
