import type { CheckId } from '../../lib/domain/policy/policy.ts';
import { FACT_CHECKS } from '../../lib/evaluate/checks/registry.ts';
import { CATALOGUE } from './catalogue/index.ts';

const EXPECTED = new Set(CATALOGUE.flatMap(({ faults }) => faults.flatMap(({ expect }) => expect.map(({ check }) => check))));

/**
 * The checks of facts that no fault of the catalogue expects yet. A check is scored from its first fault on: until then the faults of others do not say
 * whether it should notify of them too, so what it says of them is left out. Healthy years count it from the beginning.
 */
export const NOT_SCORED_YET: ReadonlySet<CheckId> = new Set(FACT_CHECKS.map(({ id }) => id).filter((id) => !EXPECTED.has(id)));
