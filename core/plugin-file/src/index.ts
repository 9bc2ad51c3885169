export type { FolderItem, PluginFiles } from "./find-files.js";
export type { ModuleCheck } from "./module-path.js";
export { fileMaxBytes, nodeFiles } from "./node-files.js";
export { ownKeys, sectionProblem } from "./own-names.js";
export { type ParsedPluginFile, parsePluginFile } from "./parse-plugin-file.js";
export {
  type DirectoryOptions,
  defaultExtensions,
  type PluginDirectory,
  type RefusedFile,
  readPluginDirectory,
} from "./plugin-directory.js";
export { pluginNameMaxBytes } from "./read-core.js";
export { limits } from "./read-main.js";
