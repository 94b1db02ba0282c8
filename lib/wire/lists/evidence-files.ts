import { isWatched } from '../../domain/evidence/verdict-log.ts';
import { iso } from '../../domain/time.ts';
import { type EvidenceBound, type EvidenceRequest, gatherEvidence } from '../../people/export-evidence.ts';
import type { Ports } from '../../ports/ports.ts';
import { enveloped, fileText, keyIdOf, publicKeyOf } from '../../record/evidence/dsse.ts';
import { evidenceCsv } from '../../record/evidence/evidence-csv.ts';
import { checksIn } from '../../record/evidence/logged.ts';
import { type Predicate, predicateOf, statementOf } from '../../record/evidence/statement.ts';
import { reportHtml } from '../../render/evidence/report-html.ts';

export type EvidenceFiles = {
  /** Of the files, without their ends. */
  readonly name: string;
  /** The JSON has the SHA-256 of the other two. */
  readonly files: Readonly<Record<'json' | 'csv' | 'html', string>>;
  readonly root: Predicate['about']['root'];
  /** SHA-256 of the public key; null where nothing is signed. */
  readonly keyId: string | null;
  /** Of the log. */
  readonly entries: number;
};

/** No check of the period watched the cluster that was asked for, and nothing else in it is about it. */
export class UnknownCluster extends Error {
  override readonly name = 'UnknownCluster';
}

/** What an export of a period states. Throws as `evidenceFiles` does. */
export async function evidenceFor(
  ports: Pick<Ports, 'store' | 'now'>,
  request: EvidenceRequest,
  bound: EvidenceBound | null,
): Promise<Predicate> {
  const predicate = predicateOf(await gatherEvidence(ports, request, bound));
  const { about, log } = predicate;
  if (request.cluster !== null && isEmpty(predicate) && !isWatched(checksIn(log), request.cluster, request))
    throw new UnknownCluster(`nothing from ${about.from} to ${about.to} is about a cluster of the name or id ${request.cluster}`);
  return predicate;
}

/**
 * The evidence of a period, as the command and the page hand it out. `signer`: the private key, PEM; null: it is not signed. `bound`: null for as much as
 * there is. Throws `StoreError`, `UnknownCluster` and `TooMuchEvidence`.
 */
export async function evidenceFiles(
  ports: Pick<Ports, 'store' | 'now'>,
  request: EvidenceRequest,
  { signer, bound }: { readonly signer: string | null; readonly bound: EvidenceBound | null },
): Promise<EvidenceFiles> {
  const predicate = await evidenceFor(ports, request, bound);
  const { about, report, controls, log } = predicate;
  const keyId = signer === null ? null : keyIdOf(publicKeyOf(signer));
  const name = `restorewatch-evidence-${iso(request.from).slice(0, 10)}-${iso(request.to).slice(0, 10)}`;
  const [csv, html] = [evidenceCsv(report), reportHtml({ ...about, report, controls, keyId })];
  const statement = statementOf(predicate, { [`${name}.csv`]: csv, [`${name}.html`]: html });
  const json = fileText(enveloped(JSON.stringify(statement), signer));
  return { name, files: { json, csv, html }, root: about.root, keyId, entries: log.length };
}

function isEmpty({ report, records, incidents }: Predicate): boolean {
  return report.rpo.length === 0 && records.length === 0 && incidents.length === 0;
}
