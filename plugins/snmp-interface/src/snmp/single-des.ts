import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import * as snmp from "net-snmp";

/** The library's engine: who the keys are localized to. */
interface Engine {
  readonly engineID: Buffer;
  readonly engineBoots: number;
}

interface PrivAlgorithm {
  encryptPdu(
    pdu: Buffer,
    protocol: number,
    password: string,
    authProtocol: number,
    engine: Engine,
  ): { encryptedPdu: Buffer; msgPrivacyParameters: Buffer };
  decryptPdu(
    pdu: Buffer,
    protocol: number,
    salt: Buffer,
    password: string,
    authProtocol: number,
    engine: Engine,
  ): Buffer;
}

/** Exported by the library, and missing in its declarations. */
interface LibraryCrypto {
  readonly Authentication: { passwordToKey(authProtocol: number, password: string, engineId: Buffer): Buffer };
  readonly Encryption: { readonly algorithms: Record<number, PrivAlgorithm> };
}

const blockBytes = 8;

/** Puts a working DES into net-snmp: its own asks OpenSSL for `des-cbc`, which OpenSSL 3 no longer has. Three times the
 *  same key makes triple DES, which it has, a single one. RFC 3414, 8.1.1. */
export function installSingleDes(): void {
  const { Authentication, Encryption } = snmp as unknown as LibraryCrypto;
  const keyAndIv = (authProtocol: number, password: string, engine: Engine, salt: Buffer): [Buffer, Buffer] => {
    const localized = Authentication.passwordToKey(authProtocol, password, engine.engineID);
    const key = localized.subarray(0, blockBytes);
    const iv = Buffer.from(salt);
    for (let i = 0; i < blockBytes; i += 1) iv[i] = (iv[i] ?? 0) ^ (localized[blockBytes + i] ?? 0);
    return [Buffer.concat([key, key, key]), iv];
  };
  const algorithm = Encryption.algorithms[snmp.PrivProtocols.des];
  if (!algorithm) return;
  algorithm.encryptPdu = (pdu, _protocol, password, authProtocol, engine) => {
    const salt = randomBytes(blockBytes);
    salt.writeUInt32BE(engine.engineBoots >>> 0);
    const cipher = createCipheriv("des-ede3-cbc", ...keyAndIv(authProtocol, password, engine, salt));
    cipher.setAutoPadding(false);
    const padded = Buffer.alloc(Math.ceil(pdu.length / blockBytes) * blockBytes);
    pdu.copy(padded);
    return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt };
  };
  algorithm.decryptPdu = (pdu, _protocol, salt, password, authProtocol, engine) => {
    const decipher = createDecipheriv("des-ede3-cbc", ...keyAndIv(authProtocol, password, engine, salt));
    decipher.setAutoPadding(false);
    return Buffer.concat([decipher.update(pdu), decipher.final()]);
  };
}
