import { expect, test } from 'vitest';
import { collectFrom, errorOf, startHarness } from '../harness.ts';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('credentials that Atlas repeats are in no reason', async () => {
  const configured = 'another-secret-of-the-product';
  const harness = await startHarness({ secrets: [configured] });
  const project = harness.atlas.addProject('shop');
  project.addCluster('orders');
  const echo = (request: RegExp): void =>
    harness.atlas.fault(request, {
      kind: 'edit',
      edit(_, { headers }) {
        const { authorization = '' } = headers;
        const detail = `no ${authorization} ${configured} ${base64(`x:${harness.atlas.credentials.clientSecret}`)} ${harness.atlas.credentials.clientSecret}`;
        return {
          status: 403,
          headers: {},
          body: { errorCode: authorization.split(' ')[1]?.replaceAll('-', '_'), detail, parameters: [authorization] },
        };
      },
    });
  echo(/backup|events|alerts/);
  const said = JSON.stringify(await collectFrom(harness));
  expect(said).toContain('[redacted]');
  const [token] = [...harness.atlas.requests].flatMap(({ headers }) =>
    headers['authorization']?.startsWith('Bearer') ? [headers['authorization'].slice(7)] : [],
  );
  for (const secret of [
    configured,
    harness.atlas.credentials.clientSecret,
    base64(harness.atlas.credentials.clientSecret).slice(4, 20),
    token ?? '',
  ]) {
    expect(secret).not.toBe('');
    expect(said).not.toContain(secret);
  }
});

test('a body that is not the documented error is never quoted', async () => {
  const harness = await startHarness();
  harness.atlas.fault(/groups/, { kind: 'status', status: 403, body: `<html>${harness.atlas.credentials.clientSecret}</html>` });
  expect((await errorOf(harness.client.list('listProjects', {}, {}, { deadline: harness.deadline }))).message).toBe('listProjects: 403');
});

test('a long detail is redacted first and cut off then', async () => {
  const harness = await startHarness({ secrets: ['s3cret-value'] });
  harness.atlas.fault(/groups/, {
    kind: 'status',
    status: 403,
    body: { errorCode: 'X', detail: `${'a'.repeat(195)}s3cret-value\n\u0007end` },
  });
  const { detail } = await errorOf(harness.client.list('listProjects', {}, {}, { deadline: harness.deadline }));
  expect(detail).toBe(`${'a'.repeat(195)}[reda`);
});
