import { z } from 'zod';
import { type Instant, iso } from '../../domain/time.ts';
import { entryOf } from '../audit-chain.ts';
import type { Store } from '../store.ts';
import { dayOf, forgottenAct, PACKED_AT_ONCE, packsOf, type TrailPack } from '../trail/trail-packs.ts';
import { LIST_UNPACKED, PACK_TRAIL } from './lua-trail-scripts.ts';
import type { Ask } from './send-command.ts';

const UNPACKED = z.tuple([z.string(), z.array(z.string()), z.string()]);
/** So many times in one call; a log that grew for years before it was packed takes several days. */
const ROUNDS_MOST = 20;

type Packing = {
  readonly ask: Ask;
  /** The keys of the trail, its tip, the packed days and the number of the last packed entry. */
  readonly places: readonly [trail: string, tip: string, packs: string, packed: string];
  readonly append: Store['appendToTrail'];
};

/**
 * Packs the days that are over, in Redis: reads what is not packed, packs it here, and writes it where nobody else has meanwhile. The entry about what is
 * forgotten is there before that is deleted, so that a crash in between leaves nothing that a verification would call missing.
 */
export async function packTrail(
  { ask, places, append }: Packing,
  { now, forgetBefore }: { readonly now: Instant; readonly forgetBefore: Instant },
): Promise<void> {
  const [trail, , packs, packed] = places;
  for (let round = 0; round < ROUNDS_MOST; round += 1) {
    const words = [PACKED_AT_ONCE, dayOf(iso(Math.max(0, forgetBefore)))];
    const [last, texts, forget] = await ask('read what is to be packed', UNPACKED, [
      'EVAL',
      LIST_UNPACKED,
      places.length,
      ...places,
      ...words,
    ]);
    const made = packsOf(texts.map(entryOf), now);
    if (made.length === 0 && forget === '') return;
    const [through = '0', hash = ''] = forget === '' ? [] : forget.split('|');
    if (forget !== '') await append([forgottenAct({ number: Number(through), hash }, now)]);
    const upTo = made.at(-1)?.last ?? last;
    const members = made.map(memberOf);
    await ask('pack the audit trail', z.int(), ['EVAL', PACK_TRAIL, 3, trail, packs, packed, last, upTo, through, ...members]);
    if (texts.length < PACKED_AT_ONCE && forget === '') return;
  }
}

function memberOf({ first, last, acts, day, hash, text }: TrailPack): string {
  return [first, last, acts, day, hash, text].join('|');
}
