import { serve } from "@ocelli/plugin-sdk";

// So that an error names the line of the source, not that of what was built from it.
process.setSourceMapsEnabled(true);
const { plugin } = await import("./plugin.js");

await serve(plugin);
