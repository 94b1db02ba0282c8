import { CODES } from '../held/packed-points.ts';

/** Builds a text of base64 digits from its end, in a buffer: to add one text to another for each digit takes several times as long. */
export class DigitWriter {
  #buffer = new Uint8Array(4_096);
  #at = 4_096;
  readonly #decoder = new TextDecoder('latin1');

  /** Begins a text of at most so many digits. */
  begin(most: number): void {
    if (most > this.#buffer.length) this.#buffer = new Uint8Array(2 * most);
    this.#at = this.#buffer.length;
  }

  /** Puts a whole number in so many digits before what is there. */
  write(value: number, length: number): void {
    let left = value;
    for (let digit = 0; digit < length; digit += 1) {
      this.#at -= 1;
      this.#buffer[this.#at] = CODES[left & 63] ?? 0;
      left >>= 6;
    }
  }

  /** Puts so many digits of another text before what is there. */
  copy(text: string, from: number, length: number): void {
    this.#at -= length;
    for (let index = 0; index < length; index += 1) this.#buffer[this.#at + index] = text.charCodeAt(from + index);
  }

  text(): string {
    return this.#decoder.decode(this.#buffer.subarray(this.#at));
  }
}
