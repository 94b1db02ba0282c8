import { join } from 'node:path';
import { hashPassword } from '../../lib/config/environment/password.ts';
import { EVIDENCE_KEY } from '../support/evidence-key.ts';
import { AFTER_MIDNIGHT } from './after-midnight.ts';
import { QUIET, startProduct, type Product } from './product.ts';

export const CREDENTIALS = { username: 'alice', password: 'pw-of-the-browser-tests' };

/** A product that asks for a password and watches nothing and for which it is just after midnight, with the state file into which tests record what it shows. */
export type RecordedProduct = { readonly product: Product; readonly path: string };

export async function startRecordedProduct(folder: string): Promise<RecordedProduct> {
  const path = join(folder, 'state.sqlite');
  const channel = {
    PAGERDUTY_ROUTING_KEY: 'R0utingKeyOfTheEmulator32chars00',
    PAGERDUTY_EVENTS_HOST: '127.0.0.1:9',
    REQUEST_TIMEOUT_MS: '500',
  };
  const users = { STATUS_USERS: `${CREDENTIALS.username}:${await hashPassword(CREDENTIALS.password)}` };
  return { path, product: await startProduct({ ...QUIET, ...AFTER_MIDNIGHT, ...channel, ...users, STATE_PATH: path, EVIDENCE_KEY }) };
}
