import { expect, test } from 'vitest';
import { deliveryInWords } from '../../../lib/domain/incidents/delivery-words.ts';
import { DAY, MINUTE } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { delivery } from '../../support/incidents.ts';

test.for([
  [{ state: 'accepted', acceptedAt: NOW - MINUTE, nextTryAt: null }, 'delivered 11:59Z'],
  [{ state: 'accepted', acceptedAt: NOW - DAY, nextTryAt: null }, 'delivered 21 Nov 12:00Z'],
  [{ state: 'accepted', acceptedAt: null, nextTryAt: null }, 'delivered'],
  [{ state: 'owed', attempts: 0, nextTryAt: NOW }, 'about to be sent'],
  [{ state: 'owed', attempts: 0, nextTryAt: NOW + 1 }, 'waiting, next try 12:00Z'],
  [{ state: 'owed', attempts: 0, nextTryAt: NOW + 60 * MINUTE }, 'waiting, next try 13:00Z'],
  [{ state: 'owed', attempts: 2, nextTryAt: NOW + 12 * MINUTE }, 'waiting, next try 12:12Z'],
  [{ state: 'owed', attempts: 1, nextTryAt: NOW }, 'waiting, next try within minutes'],
  [{ state: 'owed', attempts: 1, nextTryAt: null }, 'being sent'],
  [{ state: 'rejected', attempts: 1, nextTryAt: NOW + 60 * MINUTE }, 'refused, tried again 13:00Z'],
  [{ state: 'rejected', attempts: 1, nextTryAt: null }, 'refused'],
  [{ state: 'unknown', attempts: 1, nextTryAt: NOW + 5 * MINUTE }, 'may have arrived, tried again 12:05Z'],
  [{ state: 'unknown', attempts: 1, nextTryAt: null }, 'may have arrived, not sent again'],
  [{ state: 'cancelled', attempts: 0, nextTryAt: null }, 'not needed any more'],
] as const)('a message that is %j is said to be “%s”', ([changes, words]) =>
  expect(deliveryInWords(delivery('slack', ['a'], changes), NOW)).toBe(words),
);
