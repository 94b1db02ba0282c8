import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '../../../app');

/** What the recorded product has for each parameter of an address (recorded-state.ts; `RECORD` is written by the test). */
export const RECORD = 'a-recorded-test';
const EXAMPLES: Readonly<Record<string, string>> = { projectId: 'p1', clusterId: 'id-orders', id: RECORD, name: 'rpo' };

/** Addresses that no folder shows: what is not there. */
const MISSING = ['/nothing-here', '/runbooks/nothing-here', '/records/nothing-here', '/clusters/p1/nothing-here'];

/** One address of every page that the product has, whoever adds one. Throws where a page has a parameter without an example. */
export function everyAddress(): readonly string[] {
  const pages = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((path) => /(^|\/)page\.tsx$/.test(path));
  return [...pages.map(addressOf), ...MISSING].toSorted();
}

function addressOf(file: string): string {
  const folder = file.replace(/\/?page\.tsx$/, '');
  const path = folder.replaceAll(/\[(?:\.{3})?(\w+)\]/g, (_, name: string) => {
    const example = EXAMPLES[name];
    if (example === undefined) throw new Error(`app/${file}: give an example of [${name}] in test/e2e/every-page/addresses.ts`);
    return example;
  });
  return `/${path}`;
}

export function isMissing(address: string): boolean {
  return MISSING.includes(address);
}

/** Without those of which only the store knows that they are missing. */
export function addressesWithoutStore(): readonly string[] {
  return everyAddress().filter((address) => !isMissing(address) || !/^\/(records|clusters)\//.test(address));
}

/** Of these, the ones whose content differs with what is wrong. */
export function addressesOfState(): readonly string[] {
  const wanted = ['/', '/alert-path', '/clusters', '/clusters/p1/id-orders', '/incidents', '/silences'];
  return everyAddress().filter((address) => wanted.includes(address));
}
