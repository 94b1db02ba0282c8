import type { Head } from '../domain/head.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { NO_RECOVERY } from '../domain/restore-test.ts';
import { type Duration, HOUR } from '../domain/time.ts';
import type { Parts } from '../parts.ts';
import type { Advancing } from './advance.ts';
import { writeBlob } from './evidence-blobs.ts';
import { withRecovery } from '../recovery/state.ts';
import { keyOf } from './surroundings.ts';
import { troubleOf } from '../recovery/trouble.ts';

/** A day apart, with room for a cron that comes early. */
const APART = 20 * HOUR;
/** As many as reach back over a month of daily snapshots, with one more on the far side. */
const KEPT = 40;

type Source = RestorePlan['sources'][number];

/** Keeps what each source's databases look like today, so that a restore has something to be compared with. A source without an address has none. */
export async function keepManifests(advancing: Advancing, apart: Duration = APART): Promise<void> {
  const { parts, ledger } = advancing;
  for (const { source, uri } of addressed(parts)) {
    const kept = (ledger.head().recovery ?? NO_RECOVERY).manifests[keyOf(source)] ?? [];
    const last = kept.at(-1);
    if (last && parts.now() - last.at < apart) continue;
    try {
      await keepOne(source, uri, advancing);
    } catch (cause) {
      parts.log(`manifest of ${source.cluster}: ${troubleOf(cause)}; the next day tries again`);
    }
  }
}

/** Each source once, with its address where one is set. MONGODB_URI is the only source's, where there is just one. */
function addressed({ policy, recovery }: Parts): readonly { readonly source: Source; readonly uri: string }[] {
  const sources = distinctSources(policy.general);
  return sources.flatMap((source) => {
    const uri = source.uri !== null || sources.length === 1 ? (recovery?.sourceAddress(source.uri) ?? null) : null;
    return uri === null ? [] : [{ source, uri }];
  });
}

function distinctSources({ restoreTests = [] }: GeneralPolicy): readonly Source[] {
  const all = restoreTests.flatMap((plan) => plan.sources);
  return [...new Map(all.map((source) => [keyOf(source), source])).values()];
}

async function keepOne(source: Source, uri: string, { parts, ledger, deadline }: Advancing): Promise<void> {
  const manifest = await parts.recovery?.deployments.manifest(uri, { deadline });
  if (!manifest) return;
  const key = keyOf(source);
  const blobs = await writeBlob(parts.store, `manifest/${key}/${manifest.takenAt}-${parts.newId()}`, manifest);
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
