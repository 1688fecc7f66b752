// As much of the protocol buffers encoding as etcd's transactions need: https://protobuf.dev/programming-guides/encoding/

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/**
 * Writes a message from its end to its beginning: what is written first stands last. So the length of a message
 * within is known when the time has come to write it.
 */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(1024);
  /** Where what is written begins. */
  #position = 1024;

  /** What was written so far, in the memory of the writer. */
  written(): Buffer {
    return this.#buffer.subarray(this.#position);
  }

  bytes(field: number, value: string | Uint8Array): void {
    const length = typeof value === "string" ? Buffer.byteLength(value) : value.length;
    this.#reserve(length);
    this.#position -= length;
    if (typeof value === "string") this.#buffer.write(value, this.#position);
    else this.#buffer.set(value, this.#position);
    this.#varint(length);
    this.#varint((field << 3) | LENGTH_DELIMITED);
  }

  /** A number that is 0 is left out, as its reader takes it for that. */
  integer(field: number, value: number | bigint): void {
    if (Number(value) === 0) return;
    if (value >= 0 && value <= 0x7fff_ffff) this.#varint(Number(value));
    else this.#varint64(BigInt(value));
    this.#varint(field << 3);
  }

  /** A message within, which `write` writes, from its end to its beginning as well. */
  message(field: number, write: () => void): void {
    const end = this.#buffer.length - this.#position;
    write();
    this.#varint(this.#buffer.length - this.#position - end);
    this.#varint((field << 3) | LENGTH_DELIMITED);
  }

  /** @param value from 0 to 2^31 - 1 */
  #varint(value: number): void {
    let length = 1;
    for (let rest = value >>> 7; rest > 0; rest >>>= 7) length += 1;
    this.#reserve(length);
    this.#position -= length;
    let at = this.#position;
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#buffer[at++] = (rest & 0x7f) | 0x80;
    this.#buffer[at] = rest;
  }

  #varint64(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.#reserve(bytes.length);
    this.#position -= bytes.length;
    this.#buffer.set(bytes, this.#position);
  }

  /** Makes room before what was written. */
  #reserve(length: number): void {
    if (this.#position >= length) return;
    const written = this.written();
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, written.length + length));
    this.#position = larger.length - written.length;
    larger.set(written, this.#position);
    this.#buffer = larger;
  }
}

/** Reads a message field by field: `while (reader.next()) switch (reader.field) { … default: reader.skip(); }`. */
export class ProtobufReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  #position: number;
  #wireType = 0;
  /** The number of the field that is to be read next. */
  field = 0;

  constructor(buffer: Buffer, start = 0, end: number = buffer.length) {
    this.#buffer = buffer;
    this.#position = start;
    this.#end = end;
  }

  /** Goes to the next field, if there is one. */
  next(): boolean {
    if (this.#position >= this.#end) return false;
    const tag = this.number();
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    return true;
  }

  /** An integer that is known to be below 2^53. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** An integer of 64 bits without a sign. */
  bigint(): bigint {
    const start = this.#position;
    let value = 0;
    for (let factor = 1; factor <= 2 ** 42; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(value);
    }
    this.#position = start;
    let large = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      large |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, large);
    }
  }

  /** The bytes of a field, in the memory of the whole message. */
  bytes(): Buffer {
    const length = this.number();
    const start = this.#position;
    this.#advance(length);
    return this.#buffer.subarray(start, this.#position);
  }

  /** A message within. */
  message(): ProtobufReader {
    const length = this.number();
    const start = this.#position;
    this.#advance(length);
    return new ProtobufReader(this.#buffer, start, this.#position);
  }

  /** Passes over a field that is of no interest. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        while (this.#byte() >= 0x80);
        break;
      case FIXED64:
        this.#advance(8);
        break;
      case LENGTH_DELIMITED:
        this.#advance(this.number());
        break;
      case FIXED32:
        this.#advance(4);
        break;
      default:
        throw new RangeError(`Expected a message of protocol buffers, got wire type ${this.#wireType}`);
    }
  }

  #byte(): number {
    if (this.#position >= this.#end)
      throw new RangeError("Expected a whole message, got one that is cut off");
    return this.#buffer[this.#position++] as number;
  }

  #advance(length: number): void {
    if (length > this.#end - this.#position) {
      throw new RangeError("Expected a whole message, got one that is cut off");
    }
    this.#position += length;
  }
}
