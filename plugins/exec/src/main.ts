import { serve } from "@ocelli/plugin-sdk";
import { exec } from "./plugin.js";

await serve(exec);
