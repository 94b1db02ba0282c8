import { z } from 'zod';
import { type AuditDraft, type AuditEntry, ROUTINE, type TrailTip } from '../../domain/audit/audit-entry.ts';
import { chained, entryOf, entryText, TRAIL_START, tipAfter } from '../audit-chain.ts';
import { ALWAYS } from '../../domain/time.ts';
import { ONCE_TTL_SECONDS, type Store, StoreError, TRAIL_RACES_MOST, type TrailRequest } from '../store.ts';
import { digestOf } from '../stored-records.ts';
import { asked, asTexts, entriesIn } from '../trail/trail-packs.ts';
import type { Keys } from './kv-records.ts';
import { APPEND_TO_TRAIL, LIST_TRAIL } from './lua-trail-scripts.ts';
import { packTrail } from './kv-trail-packs.ts';
import type { Ask } from './send-command.ts';

const APPENDED = z.union([z.tuple([z.enum(['appended', 'known'])]), z.tuple([z.literal('behind'), z.string()])]);

/** Acts as a script writes them: the tip that they follow, the tip after them, the first number, and the texts. */
export type TrailPart = {
  readonly entries: readonly AuditEntry[];
  readonly words: readonly [expected: string, next: string, first: number, ...texts: string[]];
};

/** The audit trail in Redis: a hash of the entries by number, and the number and hash of the last one, which a script compares and sets. */
export type KvTrail = Pick<Store, 'appendToTrail' | 'trail' | 'packTrail'> & {
  /** The acts as they follow the last entry that this process knows of. */
  readonly part: (acts: readonly AuditDraft[]) => TrailPart;
  /** The script found another tip than the one expected, or has set this one. */
  readonly learn: (tip: string) => void;
};

export function kvTrail(ask: Ask, keys: Keys): KvTrail {
  let tip = TRAIL_START;
  const places = [keys.trail, keys.trailTip, keys.trailPacks, keys.trailPacked] as const;
  const part = (acts: readonly AuditDraft[]): TrailPart => {
    const entries = chained(tip, acts);
    return { entries, words: [tipText(tip), tipText(tipAfter(tip, entries)), tip.number + 1, ...entries.map(entryText)] };
  };
  const learn = (text: string): void => {
    tip = tipOf(text);
  };
  async function appendToTrail(acts: readonly AuditDraft[], once?: string): Promise<readonly AuditEntry[]> {
    if (acts.length === 0) return [];
    const named = once === undefined ? [] : [keys.trailOnce(digestOf(once))];
    for (let races = 0; races < TRAIL_RACES_MOST; races += 1) {
      const { entries, words } = part(acts);
      const names = [keys.trail, keys.trailTip, ...named];
      const answer = await ask('append to the audit trail', APPENDED, [
        'EVAL',
        APPEND_TO_TRAIL,
        names.length,
        ...names,
        ONCE_TTL_SECONDS,
        ...words,
      ]);
      if (answer[0] === 'known') return [];
      learn(answer[0] === 'behind' ? answer[1] : words[1]);
      if (answer[0] === 'appended') return entries;
    }
    throw new StoreError(`append to the audit trail in Redis: lost the race ${TRAIL_RACES_MOST} times`);
  }
  const trail = async (request: TrailRequest): Promise<readonly AuditEntry[]> => {
    const { limit, before, actsOnly, within = ALWAYS } = request;
    const { from, to } = asTexts(within);
    if (limit <= 0) return [];
    const routine = actsOnly ? ['1', ...ROUTINE.map((what) => `"what":"${what}"}`)] : ['0'];
    const command = ['EVAL', LIST_TRAIL, 4, ...places, before ?? '', limit, from, to, ...routine] as const;
    const texts = await ask('read the audit trail', z.array(z.string()), [...command]);
    return asked(
      texts.flatMap((text) => (text.startsWith('{') ? [entryOf(text)] : entriesIn(text).toReversed())),
      request,
    );
  };
  return { part, learn, appendToTrail, trail, packTrail: (request) => packTrail({ ask, places, append: appendToTrail }, request) };
}

/** '' where nothing was ever written. */
function tipText({ number, hash }: TrailTip): string {
  return number === 0 ? '' : `${number}|${hash}`;
}

export function tipOf(text: string): TrailTip {
  if (text === '') return TRAIL_START;
  const found = /^([1-9]\d{0,14})\|([0-9a-f]{64})$/.exec(text);
  if (found === null) throw new StoreError('read the audit trail in Redis: the mark of its end is damaged');
  return { number: Number(found[1]), hash: found[2] ?? '' };
}
