import { isIP } from 'node:net';
import type { Fact } from '../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Facts, ProjectFacts } from '../../lib/domain/facts/facts.ts';
import { fail, pass, warn, type Line } from './line.ts';

const SHOWN = 5;

/** Pure: what a first reading found, in lines. */
export function inLines({ projects, complete }: Facts): readonly Line[] {
  if (!projects.known) return [listLine(projects.reason)];
  if (projects.value.length === 0) return [fail('Atlas: the credentials see no project; give the service account a role in each')];
  const cutOff: readonly Line[] = complete
    ? []
    : [warn('Atlas: the time of one run did not suffice to read everything; raise RUN_BUDGET_MS')];
  const refused = projects.value.flatMap((project) => addressesIn(unreadIn(project)));
  const groups = Map.groupBy(projects.value, (project) => causesIn(project).join('; '));
  return [...refusedAddresses(refused), ...[...groups.values()].flatMap(linesOf), ...cutOff];
}

function listLine(reason: string): Line {
  const [refused] = refusedAddresses(addressesIn([reason]));
  return refused ?? fail(`Atlas: the projects cannot be read: ${reason}. ${fixOf(reason)}`);
}

/** What to do about the answer to the first question, by how it failed. */
function fixOf(reason: string): string {
  if (/: 40[13]\b|invalid_client/.test(reason)) return 'Check the id and the secret of the service account, or both halves of the API key';
  if (/: 429\b/.test(reason)) return 'Try again in a minute';
  return 'Check ATLAS_BASE_URL, and whether this machine reaches it (a proxy, a firewall); then https://status.mongodb.com';
}

/** A 403 about the address that the request came from (docs/facts/atlas.md §9) concerns every request, so it is told once. */
const REFUSED_ADDRESS = /: 403 (?:\w*(?:ACCESS_LIST|WHITELIST)\w*)/;

/** The addresses that Atlas refuses; one it does not name is "this address". */
function addressesIn(reasons: readonly string[]): readonly string[] {
  return reasons.filter(isAboutAddress).map((reason) => addressIn(reason) ?? 'this address');
}

function isAboutAddress(reason: string): boolean {
  return REFUSED_ADDRESS.test(reason) || (/: 403\b/.test(reason) && addressIn(reason) !== undefined);
}

function addressIn(reason: string): string | undefined {
  const words = reason.split(/[\s,;()[\]"']+/).map((word) => word.replace(/\.$/, ''));
  return words.find((word) => isIP(word) !== 0);
}

function refusedAddresses(addresses: readonly string[]): readonly Line[] {
  if (addresses.length === 0) return [];
  const named = [...new Set(addresses)].join(', ');
  return [
    fail(
      `Atlas: ${named} is not on the API access list of the account, so nothing is answered: add it in Atlas → Organization → Applications → the service account or API key → API Access List. Where addresses change, as on Vercel, turn off the organisation's "Require IP Access List for the Atlas Administration API"`,
    ),
  ];
}

/** The lines for all projects that share what cannot be read in them. */
function linesOf(projects: readonly ProjectFacts[]): readonly Line[] {
  const names = projects.map(({ name }) => name);
  const name = `Atlas: ${projects.length === 1 ? 'project' : 'projects'} ${some(names, ', ')}`;
  const all = projects.slice(0, 1).flatMap(projects.length === 1 ? unreadIn : causesIn);
  const unread = all.filter((reason) => !isAboutAddress(reason));
  if (unread.some((reason) => NO_SUCH_PROJECT.test(reason))) return [fail(`${name}: ${WRONG_PROJECT}`)];
  if (unread.length > 0) return [fail(`${name}: not all can be read: ${some(unread, '; ')}${fixOfRest(unread)}`)];
  const count = projects.flatMap(clustersOf).length;
  if (all.length > 0) return [];
  return [pass(`${name}: ${count} ${count === 1 ? 'cluster' : 'clusters'}, all that every check needs can be read`)];
}

/** Only a project that ATLAS_PROJECT_IDS names is asked for without having been listed. */
const NO_SUCH_PROJECT = /: 404 GROUP_NOT_FOUND\b/;
const WRONG_PROJECT =
  'Atlas knows no such project, or does not show it to this account: mend ATLAS_PROJECT_IDS, or give the account the role Project Read Only there';

/** What to do where the reasons do not say it themselves, as a missing role does. */
function fixOfRest(reasons: readonly string[]): string {
  const hasFix = reasons.some((reason) => / the role | check /.test(reason));
  return hasFix ? '' : '. Try again in a minute; then https://status.mongodb.com';
}

function unreadIn(project: ProjectFacts): readonly string[] {
  return [...new Set([...reasonsOf(project), ...clustersOf(project).flatMap(reasonsOfCluster)])];
}

/** What could not be read, by the name of the call alone: without the ids, it is the same in every project. */
function causesIn(project: ProjectFacts): readonly string[] {
  return [...new Set(unreadIn(project).map((reason) => reason.replace(/^(\w+) [^:]*: /, '$1: ')))];
}

function some(texts: readonly string[], between: string): string {
  const more = texts.length > SHOWN ? `${between}and ${texts.length - SHOWN} more` : '';
  return `${texts.slice(0, SHOWN).join(between)}${more}`;
}

function clustersOf({ dedicated, flex }: ProjectFacts): readonly ClusterFacts[] {
  return [dedicated, flex].flatMap((listing) => (listing.known ? listing.value : []));
}

function reasonsOf({ dedicated, flex, events, alerts, daily = {}, unreadable }: ProjectFacts): readonly string[] {
  // What the role does not permit is told by role.
  const asked = Object.values(daily).filter((fact) => !('role' in fact));
  return [...[dedicated, flex, events, alerts, ...asked].flatMap(reasonOf), ...unreadable];
}

function reasonsOfCluster({ schedule, snapshots }: ClusterFacts): readonly string[] {
  return [schedule, snapshots].flatMap(reasonOf);
}

function reasonOf(fact: Fact<unknown> | null): readonly string[] {
  return fact === null || fact.known ? [] : [fact.reason];
}
