import { plural } from '../../domain/text.ts';
import type { Ports } from '../../ports/ports.ts';
import { type AcknowledgeResult, takeAcknowledgement } from '../take-acknowledgement.ts';

/** What became of several incidents, by id. */
export type Several = {
  readonly acknowledged: readonly string[];
  /** Somebody had acknowledged them, and that still holds. */
  readonly already: readonly string[];
  readonly ended: readonly string[];
  readonly unknown: readonly string[];
};

type SeveralRequest = { readonly ids: readonly string[]; readonly by: string; readonly from: string | null };

/** Acknowledges those of the incidents that are open, in one swap, with a line in the audit trail for each. The same again changes nothing. Throws `StoreError`. */
export async function acknowledgeSeveral(
  ports: Ports,
  { ids, by, from }: SeveralRequest,
): Promise<Several & Pick<AcknowledgeResult, 'notify'>> {
  const { before, notify } = await takeAcknowledgement(ports, { incidentIds: ids, by, via: 'page', from });
  const were = (state: string | undefined): readonly string[] => ids.filter((id) => before.get(id) === state);
  return {
    acknowledged: were('open'),
    already: were('acknowledged'),
    ended: were('resolved'),
    unknown: were(undefined),
    notify,
  };
}

/** What a person is told; nothing if all of them are acknowledged now and none was before. */
export function severalInWords({ acknowledged, already, ended, unknown }: Several): string {
  if (already.length + ended.length + unknown.length === 0) return '';
  const counts = [
    [acknowledged.length, 'acknowledged now'],
    [already.length, 'acknowledged before'],
    [ended.length, 'ended meanwhile'],
    [unknown.length, 'no longer on record'],
  ] as const;
  return counts.flatMap(([count, words]) => (count === 0 ? [] : [`${plural(count, 'incident')} ${words}.`])).join('\n');
}
