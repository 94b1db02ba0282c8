/**
 * Loaded by `--import` into the app that the demo or a test starts, and by nothing else: from then on that process reads a clock that is as far ahead
 * as CLOCK_SHIFT_MS says at the start, and then as the demo says over the channel between the two processes. The product itself has no setting that
 * moves its clock. Timers run as ever.
 */
const REAL = globalThis.Date;
let shift = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
const now = (): number => REAL.now() + shift;

globalThis.Date = new Proxy(REAL, {
  construct: (target, args, asked) => Reflect.construct(target, args.length === 0 ? [now()] : args, asked),
  apply: () => new REAL(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('shift' in message) || typeof message.shift !== 'number') return;
  ({ shift } = { shift: message.shift });
  process.send?.({ shift });
});
// An app whose demo is gone is of no use, and would keep its port.
process.once('disconnect', () => process.exit(0));
// The channel alone keeps no process alive.
process.channel?.unref();
