import type { Head } from '../../../domain/incidents/head.ts';
import type { RestorePlan } from '../../../domain/policy/recovery-plan.ts';
import { NO_RECOVERY } from '../../../domain/recovery/restore-test.ts';
import type { Duration } from '../../../domain/time.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Advancing } from '../../runner/advance.ts';
import { DAILY } from '../../runner/daily.ts';
import { writeBlob } from './evidence-blobs.ts';
import { withRecovery } from '../../state/restore-tests-in-head.ts';
import { keyOf } from './step-context.ts';
import { troubleOf } from '../../state/step-outcome.ts';

/** Enough for a month of daily snapshots, with one more before the oldest. */
const KEPT = 40;

type Source = RestorePlan['sources'][number];

/** Records what each source's databases look like today, so that a restore can be compared with it. A source without an address has no manifest. */
export async function recordManifests(advancing: Advancing, apart: Duration = DAILY): Promise<void> {
  const { ports, ledger } = advancing;
  for (const { source, uri } of addressed(ports)) {
    const kept = (ledger.head().recovery ?? NO_RECOVERY).manifests[keyOf(source)] ?? [];
    const last = kept.at(-1);
    if (last && ports.now() - last.at < apart) continue;
    try {
      await recordManifest(source, uri, advancing);
    } catch (cause) {
      ports.log(`manifest of ${source.cluster}: ${troubleOf(cause)}; the next day tries again`, cause);
    }
  }
}

/** Each source that has an address, once. MONGODB_URI is the address of the only source where there is just one. */
function addressed({ policy, recovery }: Ports): readonly { readonly source: Source; readonly uri: string }[] {
  const all = (policy.general.restoreTests ?? []).flatMap((plan) => plan.sources);
  const sources = [...new Map(all.map((source) => [keyOf(source), source])).values()];
  return sources.flatMap((source) => {
    const uri = source.uri !== null || sources.length === 1 ? (recovery?.sourceAddress(source.uri) ?? null) : null;
    return uri === null ? [] : [{ source, uri }];
  });
}

async function recordManifest(source: Source, uri: string, { ports, ledger, deadline }: Advancing): Promise<void> {
  const manifest = await ports.recovery?.deployments.manifest(uri, { deadline });
  if (!manifest) return;
  const key = keyOf(source);
  const blobs = await writeBlob(ports.store, `manifest/${key}/${manifest.takenAt}-${ports.newId()}`, manifest);
  const next = (head: Head) => [...((head.recovery ?? NO_RECOVERY).manifests[key] ?? []), { at: manifest.takenAt, blobs }];
  await ledger.update({
    apply: (head) => withRecovery(head, (state) => ({ ...state, manifests: { ...state.manifests, [key]: next(head).slice(-KEPT) } })),
    adopt: blobs,
    drop: (before) =>
      next(before)
        .slice(0, -KEPT)
        .flatMap((old) => old.blobs),
  });
}
