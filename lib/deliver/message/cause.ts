import { CHECKS } from '../../evaluate/checks/registry.ts';
import type { FaultInShort } from '../../domain/findings/finding.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { causeAlone, causeOf } from '../../domain/incidents/incident-title.ts';
import { sharedFaults } from '../../domain/check/shared-fault.ts';

const IN_SHORT = new Map(CHECKS.map(({ id, inShort }) => [id, inShort]));

/** The cause after the impact in several lengths, the longest first. Each is whole: none ends in the middle of a sentence's part. */
export function causesOf(incident: Incident): readonly string[] {
  return inLengths(causeOf(incident, incident.restorable ?? null), incident);
}

/** The same where no impact stands in front. */
export function causesAlone(incident: Incident): readonly string[] {
  return inLengths(causeAlone(incident), incident);
}

function inLengths(whole: string, incident: Incident): readonly string[] {
  if (incident.inShort) return [...new Set([whole, incident.inShort.one])];
  const clause = firstClause(whole);
  return [...new Set([whole, clause, withoutBrackets(clause), inShortOf(incident).one])];
}

/** Its own short words, or its check's; of a check that is no more, the summary's first clause. */
function inShortOf(incident: Incident): FaultInShort {
  return incident.inShort ?? IN_SHORT.get(incident.check) ?? { one: firstClause(causeAlone(incident)) };
}

/** No real beginning of a sentence is shorter. */
const CLAUSE_LEAST = 8;
const ENDS = ['; ', ': ', ', ', '. '];

/** "no snapshot for 30 h (limit 24 h)" of "no snapshot for 30 h (limit 24 h), the base expires …". */
function firstClause(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth <= 0 && at >= CLAUSE_LEAST && ENDS.includes(text.slice(at, at + 2))) return text.slice(0, at);
  }
  return text;
}

/** "no snapshot for 30 h" of "no snapshot for 30 h (limit 24 h)". */
function withoutBrackets(text: string): string {
  return text.replace(/ \([^()]*\)$/, '');
}

/** What is wrong with several: "no snapshot for over 24 h"; of several kinds with their numbers. */
export function sharedCauses(incidents: readonly Incident[]): string {
  return sharedFaults(incidents.map((incident) => ({ inShort: inShortOf(incident), summary: incident.summary })));
}
