import type { Acceptance } from '../../domain/incidents/acceptance.ts';
import type { Silence, StoredWindow } from '../../domain/incidents/head.ts';
import type { ErasedFrom, Erasure } from '../../domain/recovery/erasure.ts';
import { RESOURCE } from './incident-schema.ts';
import { always, count, either, list, meaning, named, number, object, oneOf, text } from './schema.ts';
import { MATCH, PARTS } from './status-schema.ts';

// What acts of people answer. What they made is told as it is stored: moments in milliseconds since 1970.

const instant = meaning('milliseconds since 1970', number);

const MADE_SILENCE = object<Silence>({ id: text, match: MATCH, by: text, why: text, from: instant, until: instant });
const MADE_WINDOW = object<StoredWindow>({ id: text, match: MATCH, by: text, why: text, cron: text, timeZone: text, minutes: count });

export const SILENCE_MADE = object<{ readonly made: Silence | StoredWindow }>({ made: either(MADE_SILENCE, MADE_WINDOW) });

export const ACCEPTANCE_MADE = object<{ readonly outcome: 'accepted'; readonly made: Acceptance }>({
  outcome: oneOf(['accepted']),
  made: object<Acceptance>({ id: text, check: text, resource: RESOURCE, parts: PARTS, by: text, why: text, at: instant }),
});

export const ERASURE_MADE = object<{ readonly erasure: Erasure }>({
  erasure: named(
    'Erasure',
    object<Erasure>({
      reference: text,
      erasedAt: instant,
      by: text,
      clusters: list(object<ErasedFrom>({ project: text, projectId: text, cluster: text, clusterId: text })),
      namespaces: list(text),
      leaves: meaning('when the data has left the last backup, in words', text),
    }),
  ),
});

export const ENDED = object<{ readonly ended: true }>({ ended: always });
export const IDENTIFIED = object<{ readonly id: string }>({ id: text });
