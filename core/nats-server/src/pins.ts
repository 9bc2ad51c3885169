/** What may be fetched, and what it must be. A download without a line here is not made. */
export interface Pins {
  /** The GitHub release whose assets are known by checksum. */
  readonly releaseVersion: string;
  /** `<os>-<arch>` as in the asset's name → SHA-256 of the whole archive, in lower-case hex. */
  readonly sha256: Readonly<Record<string, string>>;
  /** The version built from source by Go, whose own checksum database vouches for it. */
  readonly goVersion: string;
  /** The tag of the official Docker image. */
  readonly dockerVersion: string;
}

/**
 * The release is older than the Go pin: 2.15.0 is the newest whose checksums were published for every platform below.
 *
 * Where the sums come from, all of them copies of the release's own SHA256SUMS:
 * - linux-amd64, linux-arm64: the Dockerfile of the Docker Official Image `nats:2.15-alpine3.22`
 *   (docker-library/repo-info, repos/nats/remote/2-alpine3.22.md), which checks them while it builds;
 * - darwin-*: two open-source projects that pin the same release, and agree with each other and with the above
 *   (darwin-amd64 is in one of them only);
 * - windows-amd64: one project that quotes the digest of GitHub's release API.
 *
 * A sum that is wrong can only refuse a good archive, never let a bad one pass.
 */
export const pins: Pins = {
  releaseVersion: "2.15.0",
  sha256: {
    "linux-amd64": "5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92",
    "linux-arm64": "cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112",
    "darwin-amd64": "5bd8b59ca5bf93fab3da2c5843cf564cd6e2e291e22ae3b861746e7ebe259b95",
    "darwin-arm64": "e1c4e22d70bd44abfa0bcb3c16f7cf0c66f648c2e728c58924e8a1ce88913cc8",
    "windows-amd64": "2d0861dc2ca3567d17f7d19611d7b346cc2ccbd7086a0a77cc957a2c71663200",
  },
  goVersion: "2.15.2",
  dockerVersion: "2.15.0",
};
