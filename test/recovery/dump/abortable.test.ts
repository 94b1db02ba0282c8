import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { abortable, Interrupted } from '../../../lib/recovery/dump/dump-error.ts';

const never = (): Promise<never> => new Promise(() => {});

describe('waiting that may be interrupted', () => {
  test('ends as the promise does where nothing is aborted, with a signal and without', async () => {
    const { signal } = new AbortController();
    for (const given of [signal, undefined]) {
      expect(await abortable(Promise.resolve(7), given)).toBe(7);
      await expect(abortable(Promise.reject(new Error('disk full')), given)).rejects.toThrow('disk full');
    }
  });

  test('ends at once for all who wait when the signal is aborted, and for those who come later', async () => {
    const controller = new AbortController();
    const waiting = [abortable(never(), controller.signal), abortable(never(), controller.signal)];
    controller.abort();
    for (const one of [...waiting, abortable(never(), controller.signal)]) await expect(one).rejects.toThrow(Interrupted);
  });

  test('leaves no rejection unhandled of a promise that fails after the signal was aborted', async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<never>();
    const waiting = abortable(late.promise, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow(Interrupted);
    late.reject(new Error('connection lost'));
    await expect(late.promise).rejects.toThrow('connection lost');
  });

  test('adds one listener to a signal, however often it is waited for', async () => {
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => abortable(Promise.resolve(n), signal)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  });
});
