import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

export type Authority = { readonly ca: string; readonly tls: { readonly key: string; readonly cert: string } };

const DAYS = 86_400_000;

/** A private authority and a certificate of its own for localhost. `ca` is what NODE_EXTRA_CA_CERTS has to name, as a file. */
export async function makeAuthority(now: Date = new Date()): Promise<Authority> {
  const valid = {
    notBeforeDate: new Date(now.getTime() - 30 * DAYS),
    notAfterDate: new Date(now.getTime() + 3_650 * DAYS),
    algorithm: 'sha256',
    keyType: 'ec',
  } as const;
  // Two authorities of the same name are mistaken for each other, and test files may share a process.
  const root = await generate([{ name: 'commonName', value: `Restorewatch test authority ${randomUUID()}` }], {
    ...valid,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...valid,
    ca: { key: root.private, cert: root.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: root.cert, tls: { key: leaf.private, cert: leaf.cert } };
}
