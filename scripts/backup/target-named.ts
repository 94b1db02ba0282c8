import { addressIn, checkedAddress, isAddress, type Settings, secretsIn } from './settings.ts';

export type Target = { readonly uri: string; readonly secrets: readonly string[]; readonly warning: string | null };

/** The target's address: by the name of a variable, or, with a warning, as it is. Throws Error, without the value, where there is none. */
export function targetNamed(given: string, { sandboxUri }: Pick<Settings, 'sandboxUri'>): Target {
  if (isAddress(given)) {
    const warning =
      'warning: an address on the command line is seen by everyone on this machine; --target takes the name of an environment variable';
    return { uri: checkedAddress('--target', given), secrets: secretsIn(given), warning };
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given)) throw new Error('--target: the name of an environment variable that holds the address');
  const uri = given === 'SANDBOX_MONGODB_URI' ? sandboxUri : addressIn(given);
  if (uri === null) throw new Error(`${given} is not set; it takes the connection string of the MongoDB to restore into`);
  return { uri, secrets: secretsIn(uri), warning: null };
}
