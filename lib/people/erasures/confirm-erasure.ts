import { confirmationKey, referenceProblem } from '../../domain/recovery/erasure.ts';
import { clean, cut } from '../../domain/text.ts';
import { erasuresAfter } from './erasure-log.ts';
import { type ErasurePorts, NAME_MOST, type Problems, refused, writeErasure } from './write-erasure.ts';

export type ConfirmRequest = { readonly reference: string; readonly restore: string; readonly by: string; readonly from: string | null };

/** Records that what a restore had brought back was erased again. Throws `StoreError`. */
export async function confirmErasure(ports: ErasurePorts, request: ConfirmRequest): Promise<{ readonly id: string } | Problems> {
  const { restore, by, from } = request;
  const reference = request.reference.trim();
  const found = await erasuresAfter(ports.store, restore);
  if ('problems' in found) return refused(ports, by, found.problems);
  if (!found.again.some((one) => one.reference === reference))
    return refused(ports, by, [
      `reference: nothing of ${referenceProblem(reference) === null ? reference : 'this reference'} is to be erased again after that restore`,
    ]);
  const id = confirmationKey(reference, restore);
  const details = { action: 'confirmed', reference, restore };
  await writeErasure(
    ports,
    { id, subject: reference, summary: `erasure ${reference}: erased again after ${restore}`, details },
    cut(clean(by), NAME_MOST),
    from,
  );
  return { id };
}
