import { gzipSync } from "node:zlib";

export interface TarFile {
  /** With slashes, relative; at most 255 bytes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const blockBytes = 512;

/** A gzipped tar of plain files, the same bytes for the same files: no time, no owner, no machine in it.
 *  Layout: <https://www.gnu.org/software/tar/manual/html_node/Standard.html> */
export function tarball(files: readonly TarFile[]): Uint8Array {
  const blocks = files.flatMap(({ path, bytes }) => {
    const padding = new Uint8Array((blockBytes - (bytes.length % blockBytes)) % blockBytes);
    return [header(path, bytes.length), bytes, padding];
  });
  return gzipSync(Buffer.concat([...blocks, new Uint8Array(2 * blockBytes)]), { level: 9 });
}

function header(path: string, sizeBytes: number): Uint8Array {
  const { prefix, name } = splitPath(path);
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108); // owner
  block.write("0000000\0", 116); // group
  block.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136); // time
  block.write(" ".repeat(8), 148); // the sum counts itself as blanks
  block.write("0", 156); // a plain file
  block.write("ustar\x0000", 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A name has room for 100 bytes, and the folders before it for 155. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: "", name: path };
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
    const parts = { prefix: path.slice(0, at), name: path.slice(at + 1) };
    if (Buffer.byteLength(parts.name) <= 100 && at <= 155) return parts;
  }
  throw new RangeError(`the path ${path} is too long for a tar archive`);
}
