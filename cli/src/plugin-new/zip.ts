import { crc32, deflateRawSync } from "node:zlib";

export interface ZipFile {
  /** With slashes, relative. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** 1 January 1980, where time begins for zip: no machine and no moment is in it. */
const date = (1 << 5) | 1;
const deflated = 8;
const utf8Names = 0x0800;
const plainFile = 0o100644;

/** A zip of plain files, the same bytes for the same files. Without what files of 4 GiB would need.
 *  Layout: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT> */
export function zip(files: readonly ZipFile[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes, { level: 9 });
    const facts = factsOf(bytes, packed, name);
    const local = Buffer.concat([numbers([[4, 0x04034b50]]), facts, name, packed]);
    const attributes = numbers([
      [2, 0], // comment
      [2, 0], // disk
      [2, 0], // internal attributes
      [4, plainFile << 16],
      [4, offset],
    ]);
    directory.push(
      Buffer.concat([
        numbers([
          [4, 0x02014b50],
          [2, (3 << 8) | 20],
        ]),
        facts,
        attributes,
        name,
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = files.length;
  const end = numbers([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return Buffer.concat([...parts, ...directory, end]);
}

/** What a file's own header and its entry in the directory have in common. */
function factsOf(bytes: Uint8Array, packed: Uint8Array, name: Uint8Array): Buffer {
  return numbers([
    [2, 20], // the version that is needed
    [2, utf8Names],
    [2, deflated],
    [2, 0], // time
    [2, date],
    [4, crc32(bytes)],
    [4, packed.length],
    [4, bytes.length],
    [2, name.length],
    [2, 0], // extra field
  ]);
}

/** Numbers of so many bytes each, the lowest byte first. */
function numbers(all: readonly (readonly [2 | 4, number])[]): Buffer {
  return Buffer.concat(
    all.map(([size, value]) => {
      const bytes = Buffer.alloc(size);
      bytes.writeUIntLE(value >>> 0, 0, size);
      return bytes;
    }),
  );
}
