/**
 * Loaded with `--import` into a service under test: what befalls a process from outside its code. A blocked loop is a
 * thread that does not come back; a jump is the wall clock alone, as a step of NTP or a person's hand makes it.
 */
interface Harm {
  readonly blockMs?: number;
  readonly jumpMs?: number;
}

const wall = Date.now.bind(Date);
let offsetMs = 0;
Date.now = () => wall() + offsetMs;

process.on('message', ({ blockMs, jumpMs }: Harm) => {
  if (jumpMs !== undefined) offsetMs += jumpMs;
  if (blockMs !== undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
});
// The harness's line to it must not keep a process alive that wants to end.
process.channel?.unref();
