import { serve } from "@ocelli/plugin-sdk";
import { timer } from "./timer.js";

await serve(timer);
