import { expect, test } from "vitest";
import { releaseAsset } from "./asset.js";
import { pins } from "./pins.js";

test.for([
  { platform: "linux", arch: "x64", want: "nats-server-v2.15.0-linux-amd64.tar.gz" },
  { platform: "darwin", arch: "arm64", want: "nats-server-v2.15.0-darwin-arm64.tar.gz" },
  { platform: "win32", arch: "x64", want: "nats-server-v2.15.0-windows-amd64.zip" },
] as const)("the asset for $platform $arch is $want", ({ platform, arch, want }) => {
  const asset = releaseAsset("2.15.0", platform, arch);
  expect(asset.fileName).toBe(want);
  expect(asset.url).toBe(`https://github.com/nats-io/nats-server/releases/download/v2.15.0/${want}`);
});

test("every pinned sum is a whole SHA-256", () => {
  for (const [platform, sum] of Object.entries(pins.sha256))
    expect([platform, sum]).toEqual([platform, expect.stringMatching(/^[0-9a-f]{64}$/)]);
});
