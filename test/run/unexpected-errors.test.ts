import { describe, expect, test } from 'vitest';
import { errorForLog } from '../../lib/domain/error-for-log.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { check } from '../../lib/run/check.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { refusing, stage, storeWith } from '../support/ports.ts';

/** Ports that keep each line of the log with the error it is about. */
function withLog(changes: (ports: Ports) => Partial<Ports>): { readonly ports: Ports; readonly log: (readonly [string, unknown])[] } {
  const log: (readonly [string, unknown])[] = [];
  const at = stage();
  return { ports: at.restarted({ ...changes(at.ports), log: (line, cause) => log.push([line, cause]) }), log };
}

const fault = new TypeError('facts is undefined');
const failing = async (): Promise<never> => {
  throw fault;
};

describe('an error that nobody foresaw reaches the log whole, and the answer by its class alone:', () => {
  test('of a check', async () => {
    const { ports, log } = withLog(() => ({ collect: failing }));
    expect(await check(ports)).toEqual({ status: 500, body: { error: 'unexpected TypeError' } });
    expect(log).toEqual([['check failed: unexpected TypeError', fault]]);
    expect(errorForLog(fault, (text) => text)).toMatch(/^TypeError: facts is undefined at .*unexpected-errors\.test\.ts/);
  });

  test('of a dispatch', async () => {
    const { ports, log } = withLog(({ store }) => ({ store: storeWith(store, { readHead: failing, lease: failing }) }));
    expect(await dispatch(ports)).toMatchObject({ status: 500, body: { error: 'unexpected TypeError' } });
    expect(log).toEqual([['dispatch failed: unexpected TypeError', fault]]);
  });
});

test('an error of our own is in the line already', async () => {
  const { ports, log } = withLog(({ store }) => ({ store: storeWith(store, { readHead: refusing('read the head') }) }));
  expect(await dispatch(ports)).toMatchObject({ status: 500 });
  expect(log.map(([line]) => line)).toEqual(['dispatch failed: read the head: no answer within 1 s (2 attempts)']);
});
