/** The security of SNMP v3. */
export interface SnmpUser {
  readonly name: string;
  readonly level: "noAuthNoPriv" | "authNoPriv" | "authPriv";
  readonly authProtocol: AuthProtocol;
  readonly authKey: string;
  readonly privProtocol: PrivProtocol;
  readonly privKey: string;
  readonly context: string;
}

export const securityLevels = ["noAuthNoPriv", "authNoPriv", "authPriv"] as const satisfies SnmpUser["level"][];
export const authProtocols = ["md5", "sha", "sha224", "sha256", "sha384", "sha512"] as const;
/** `aes256b` and `aes256r` differ in how the key is made longer: Blumenthal's draft, and Reeder's, which Cisco uses. */
export const privProtocols = ["des", "aes", "aes256b", "aes256r"] as const;

export type AuthProtocol = (typeof authProtocols)[number];
export type PrivProtocol = (typeof privProtocols)[number];

/** Everything that is needed to ask a device. Holds secrets: never to be logged. */
export interface SnmpTarget {
  readonly host: string;
  readonly port: number;
  readonly credentials:
    | { readonly version: "1" | "2c"; readonly community: string }
    | { readonly version: "3"; readonly user: SnmpUser };
  readonly timeoutMs: number;
  /** How often a request is sent again. */
  readonly retries: number;
  /** True: answers may come from another address than was asked. Refused ports then look like timeouts. */
  readonly anySource: boolean;
}
