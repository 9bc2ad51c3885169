const systems: Readonly<Record<string, string>> = {
  linux: "linux",
  darwin: "darwin",
  win32: "windows",
  freebsd: "freebsd",
};
const processors: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  arm: "arm7",
  ia32: "386",
  s390x: "s390x",
  ppc64: "ppc64le",
  loong64: "loong64",
};

/** `<os>-<arch>` in the words of the release's asset names, from Node's `process.platform` and `process.arch`. */
export function assetPlatform(platform: string, arch: string): string {
  return `${systems[platform] ?? platform}-${processors[arch] ?? arch}`;
}

export interface Asset {
  readonly url: string;
  readonly fileName: string;
  /** Where the server is inside the archive. */
  readonly member: string;
}

export function releaseAsset(version: string, platform: string, arch: string): Asset {
  const stem = `nats-server-v${version}-${assetPlatform(platform, arch)}`;
  const fileName = `${stem}.${platform === "win32" ? "zip" : "tar.gz"}`;
  return {
    url: `https://github.com/nats-io/nats-server/releases/download/v${version}/${fileName}`,
    fileName,
    member: `${stem}/${binaryName(platform)}`,
  };
}

export function binaryName(platform: string): string {
  return platform === "win32" ? "nats-server.exe" : "nats-server";
}
