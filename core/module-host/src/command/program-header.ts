/** What the first bytes of a file say about how it runs. */
export type ProgramHeader =
  | { readonly kind: "elf"; readonly machine: number; readonly bits: 32 | 64 }
  | { readonly kind: "script"; readonly interpreter: string; readonly words: readonly string[]; readonly crlf: boolean }
  | { readonly kind: "foreign"; readonly system: string }
  | { readonly kind: "unknown" };

const elfMachines: ReadonlyMap<number, string> = new Map([
  [3, "ia32"],
  [8, "mips"],
  [21, "ppc64"],
  [22, "s390x"],
  [40, "arm"],
  [62, "x64"],
  [183, "arm64"],
  [243, "riscv64"],
  [258, "loong64"],
]);

/** The name of an ELF `e_machine`, in the words of `process.arch`. */
export function architectureName(machine: number): string {
  return elfMachines.get(machine) ?? `machine ${machine}`;
}

/** Reads the header out of the first bytes (256 are enough). Layout of ELF: <https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html> */
export function readHeader(head: Uint8Array): ProgramHeader {
  if (startsWith(head, [0x7f, 0x45, 0x4c, 0x46]) && head.length >= 20) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const littleEndian = head[5] !== 2;
    return { kind: "elf", machine: view.getUint16(18, littleEndian), bits: head[4] === 1 ? 32 : 64 };
  }
  if (startsWith(head, [0x23, 0x21])) return readShebang(head);
  if (startsWith(head, [0x4d, 0x5a])) return { kind: "foreign", system: "Windows" };
  const machO = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe];
  if (head.length >= 4 && machO.includes(new DataView(head.buffer, head.byteOffset).getUint32(0))) {
    return { kind: "foreign", system: "macOS" };
  }
  return { kind: "unknown" };
}

function readShebang(head: Uint8Array): ProgramHeader {
  const text = new TextDecoder().decode(head);
  const line = text.slice(2, text.indexOf("\n") < 0 ? undefined : text.indexOf("\n"));
  const [interpreter = "", ...words] = line.trim().split(/\s+/);
  return { kind: "script", interpreter, words, crlf: line.endsWith("\r") };
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}
